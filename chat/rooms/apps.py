from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "chat.rooms"
    label = "rooms"

    def ready(self) -> None:
        from chat.live import identity, kinds
        from chat.rooms.authors import identify
        from chat.rooms.streams import ROOM

        kinds.register(ROOM)
        identity.register(identify)
