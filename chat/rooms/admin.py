from django.contrib import admin

from chat.rooms.models import Guest, Message, Room


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin[Room]):
    list_display = ["name", "slug", "is_public", "guests_may_write", "created_at"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Guest)
class GuestAdmin(admin.ModelAdmin[Guest]):
    list_display = ["name", "user", "created_at"]
    search_fields = ["name"]
    readonly_fields = ["key", "user"]


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin[Message]):
    """To read. What changes a message has to go through the room's stream, or the browsers would not learn of it."""

    list_display = ["sent_at", "room", "author_name", "text"]
    list_filter = ["room"]
    search_fields = ["text", "author_name"]
    list_select_related = ["room"]

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False
