from django.urls import path

from shop.basket import views

app_name = "basket"
urlpatterns = [
    path("", views.show, name="show"),
    path("add/", views.add, name="add"),
    path("<int:line>/", views.change, name="change"),
]
