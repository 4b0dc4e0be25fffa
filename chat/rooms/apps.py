from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "chat.rooms"
    label = "rooms"
