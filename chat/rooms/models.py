"""Rooms and what is said in them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class RoomQuerySet(models.QuerySet["Room"]):
    def open_to(self, *, staff: bool) -> "RoomQuerySet":
        """Public rooms are everybody's; the others are the staff's own."""
        return self if staff else self.filter(is_public=True)


class Room(models.Model):
    """A place to talk. Its events are the stream ``room:<pk>``. ``translations``: {"es": {"name", "description"}}."""

    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    translations = models.JSONField(default=dict, blank=True)
    description = models.TextField(blank=True)
    is_public = models.BooleanField(default=True)
    guests_may_write = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")

    def __str__(self) -> str:
        return self.name

    @property
    def stream_key(self) -> str:
        return f"room:{self.pk}"

    @property
    def shown_name(self) -> str:
        return self._translated("name") or self.name

    @property
    def shown_description(self) -> str:
        return self._translated("description") or self.description

    def _translated(self, field: str) -> str:
        language = (get_language() or "").partition("-")[0]
        translation = self.translations.get(language) if isinstance(self.translations, dict) else None
        return str(translation.get(field, "")) if isinstance(translation, dict) else ""


class Guest(models.Model):
    """Somebody without an account who chose a name. The signed-in half of a session may claim it later."""

    key = models.UUIDField(unique=True, editable=False)
    name = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")

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
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        # How much somebody has said of late is asked before each message.
        indexes = [
            models.Index(fields=["user", "sent_at"], name="message_by_user"),
            models.Index(fields=["guest", "sent_at"], name="message_by_guest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="message_number_in_room"),
            models.CheckConstraint(
                condition=Q(user__isnull=True) | Q(guest__isnull=True), name="message_has_one_author"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author_name}: {self.text[:40]}"

    @property
    def is_by_guest(self) -> bool:
        return self.guest_id is not None

    @property
    def is_by_staff(self) -> bool:
        return self.user is not None and self.user.is_staff

    @property
    def author_key(self) -> str:
        """As in the events: "user:7", "guest:<uuid>"; empty when the author is gone."""
        if self.user_id is not None:
            return f"user:{self.user_id}"
        return f"guest:{self.guest.key}" if self.guest is not None else ""
