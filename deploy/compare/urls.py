from django.urls import path

from deploy.compare import views

app_name = "compare"
urlpatterns = [path("", views.show, name="show")]
