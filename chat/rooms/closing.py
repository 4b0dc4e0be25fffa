"""A room that is made private or deleted: whoever still follows it is looked at anew."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from chat.live.revoking import recheck
from chat.rooms.models import Room


@receiver(post_save, sender=Room, dispatch_uid="rooms.recheck_saved_room")
def recheck_saved_room(sender: object, instance: Room, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if not created and not raw and not instance.is_public:
        recheck(stream=instance.stream_key)


@receiver(post_delete, sender=Room, dispatch_uid="rooms.recheck_deleted_room")
def recheck_deleted_room(sender: object, instance: Room, **kwargs: Any) -> None:
    recheck(stream=instance.stream_key)
