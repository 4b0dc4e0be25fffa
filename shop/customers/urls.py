from django.urls import path

from shop.customers import views

app_name = "customers"
urlpatterns = [path("", views.account, name="account")]
