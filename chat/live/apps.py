from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "chat.live"
    label = "live"

    def ready(self) -> None:
        from chat.live import revoking

        revoking.connect_signals()
