from django.urls import path

from shop.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("", views.home, name="home"),
    path("all/", views.product_list, name="list"),
    path("c/<path:path>/", views.category, name="category"),
    path("p/<slug:handle>/", views.product, name="product"),
]
