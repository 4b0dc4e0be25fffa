from django.http import HttpRequest, HttpResponse
from django.urls import path


def index(request: HttpRequest) -> HttpResponse:
    return HttpResponse("What chat room would you like to enter?")


urlpatterns = [path("", index)]
