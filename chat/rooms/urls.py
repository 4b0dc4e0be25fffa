from django.urls import URLPattern, path

from chat.rooms import views

app_name = "rooms"
urlpatterns: list[URLPattern] = [
    path("", views.lobby, name="lobby"),
    path("<slug:slug>/", views.room, name="room"),
    path("<slug:slug>/name", views.name, name="name"),
    path("<slug:slug>/send", views.send, name="send"),
    path("<slug:slug>/history", views.history, name="history"),
]
