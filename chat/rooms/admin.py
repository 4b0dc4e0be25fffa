"""Rooms are made here. The rest is to read: what changes a message or a sanction has to go through the room's stream,
the log and the sockets (chat/rooms/moderation.py), or the browsers would not learn of it."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from chat.rooms.models import Guest, Message, ModerationEntry, Room, Sanction

M = TypeVar("M", bound=Model)


class ReadOnlyAdmin(admin.ModelAdmin[M]):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin[Room]):
    list_display = ["name", "slug", "is_public", "guests_may_write", "created_at"]
    list_filter = ["is_public"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Guest)
class GuestAdmin(admin.ModelAdmin[Guest]):
    list_display = ["name", "user", "created_at"]
    list_select_related = ["user"]
    search_fields = ["name"]
    readonly_fields = ["key", "user"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Guests come by themselves: only their session can hold who they are."""
        return False


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin[Message]):
    list_display = ["sent_at", "room", "author_name", "text", "deleted_at"]
    list_filter = ["room"]
    search_fields = ["text", "author_name"]
    list_select_related = ["room"]


@admin.register(Sanction)
class SanctionAdmin(ReadOnlyAdmin[Sanction]):
    list_display = ["created_at", "kind", "person", "until", "lifted_at", "by", "reason"]
    list_filter = ["kind"]
    list_select_related = ["user", "guest", "by"]


@admin.register(ModerationEntry)
class ModerationEntryAdmin(ReadOnlyAdmin[ModerationEntry]):
    list_display = ["at", "action", "by", "target_name", "room", "seq", "text", "reason"]
    list_filter = ["action", "room"]
    search_fields = ["target_name", "text", "reason"]
    list_select_related = ["by", "room"]
