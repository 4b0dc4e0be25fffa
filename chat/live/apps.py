from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "chat.live"
    label = "live"
