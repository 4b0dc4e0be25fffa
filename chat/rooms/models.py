"""Rooms and what is said in them."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Room(models.Model):
    """A place to talk. Its events are the stream ``room:<pk>``."""

    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    translations = models.JSONField(default=dict, blank=True)
    description = models.TextField(blank=True)
    is_public = models.BooleanField(default=True)
    guests_may_write = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Guest(models.Model):
    """Somebody without an account who chose a name. The signed-in half of a session may claim it later."""

    key = models.UUIDField(unique=True, editable=False)
    name = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """A message as it stands now; its history is the room's stream. ``seq`` is the number of the event that made it."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="messages")
    seq = models.PositiveBigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    guest = models.ForeignKey(Guest, models.SET_NULL, null=True, blank=True, related_name="+")
    author_name = models.CharField(max_length=80)
    text = models.TextField()
    sent_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["room", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="message_number_in_room"),
            models.CheckConstraint(
                condition=Q(user__isnull=True) | Q(guest__isnull=True), name="message_has_one_author"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author_name}: {self.text[:40]}"
