from django.urls import URLPattern, path

from chat.rooms import message_views, moderation_views, views

app_name = "rooms"
urlpatterns: list[URLPattern] = [
    path("", views.lobby, name="lobby"),
    # Before the rooms: no room is called so (models.RESERVED_SLUGS).
    path("moderation/", moderation_views.moderation, name="moderation"),
    path("moderation/<int:pk>/lift", moderation_views.lift, name="lift"),
    path("<slug:slug>/", views.room, name="room"),
    path("<slug:slug>/name", views.name, name="name"),
    path("<slug:slug>/send", views.send, name="send"),
    path("<slug:slug>/history", views.history, name="history"),
    path("<slug:slug>/read", views.read, name="read"),
    path("<slug:slug>/<int:seq>/", message_views.message, name="message"),
    path("<slug:slug>/<int:seq>/edit", message_views.edit, name="edit"),
    path("<slug:slug>/<int:seq>/delete", message_views.delete, name="delete"),
    path("<slug:slug>/<int:seq>/sanction", message_views.sanction, name="sanction"),
]
