from django.urls import path, re_path

from shop.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("", views.home, name="home"),
    path("all/", views.product_list, name="list"),
    # Slugs and what is between them: other characters are in no category's path, and some PostgreSQL refuses to hear.
    re_path(r"^c/(?P<path>[-\w]+(?:/[-\w]+)*)/$", views.category, name="category"),
    path("p/<slug:handle>/", views.product, name="product"),
]
