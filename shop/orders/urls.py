from django.urls import path

from shop.orders import views

app_name = "orders"
urlpatterns = [
    path("", views.own, name="list"),
    path("<str:signed>/", views.show, name="show"),
    path("<str:signed>/status/", views.status, name="status"),
]
