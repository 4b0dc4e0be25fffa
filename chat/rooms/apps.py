from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "chat.rooms"
    label = "rooms"

    def ready(self) -> None:
        from chat.live import identity, kinds
        from chat.rooms import claiming, closing  # noqa: F401 - they connect to log-in and to the rooms
        from chat.rooms.authors import identify
        from chat.rooms.sanctions import is_barred
        from chat.rooms.streams import GUEST, ROOM

        kinds.register(ROOM)
        kinds.register(GUEST)
        identity.register(identify, is_barred)
