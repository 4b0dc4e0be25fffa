"""Rooms, what is said in them, and how far people have read."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# Addresses beside the rooms' own: /chat/live/, /chat/moderation/.
RESERVED_SLUGS = ("live", "moderation")


def refuse_reserved_slug(slug: str) -> None:
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("The chat itself needs this address. Choose another one."))


class RoomQuerySet(models.QuerySet["Room"]):
    def open_to(self, *, staff: bool) -> "RoomQuerySet":
        """Public rooms are everybody's; the others are the staff's own."""
        return self if staff else self.filter(is_public=True)


class Room(models.Model):
    """A place to talk. Its events are the stream ``room:<pk>``. ``translations``: {"es": {"name", "description"}}."""

    slug = models.SlugField(max_length=100, unique=True, validators=[refuse_reserved_slug])
    name = models.CharField(max_length=200)
    translations = models.JSONField(default=dict, blank=True)
    description = models.TextField(blank=True)
    is_public = models.BooleanField(default=True)
    guests_may_write = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RoomQuerySet.as_manager()

    # What a page says of it to one reader (chat/rooms/pages.py).
    unread = 0

    class Meta:
        ordering = ["pk"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [models.CheckConstraint(condition=~Q(slug__in=RESERVED_SLUGS), name="room_slug_is_free")]

    def __str__(self) -> str:
        return self.name

    def is_open_to(self, *, staff: bool) -> bool:
        return self.is_public or staff

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
    """Somebody without an account who chose a name. ``user`` is who they turned out to be when they logged in: from
    then on they speak as that user, and nobody speaks as this guest any more."""

    key = models.UUIDField(unique=True, editable=False)
    name = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")

    def __str__(self) -> str:
        return self.name


class MessageQuerySet(models.QuerySet["Message"]):
    def with_authors(self) -> "MessageQuerySet":
        return self.select_related("user", "guest__user")

    def numbered(self, seqs: Collection[int]) -> "dict[int, Message]":
        """By number, in one query at most."""
        return {message.seq: message for message in self.filter(seq__in=seqs).with_authors()} if seqs else {}


class Message(models.Model):
    """A message as it stands now; its history is the room's stream. ``seq`` is the number of the event that made it,
    ``edits`` are those of its edits, ``reply_to`` is the message of the same room that it answers."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="messages")
    seq = models.PositiveBigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    guest = models.ForeignKey(Guest, models.SET_NULL, null=True, blank=True, related_name="+")
    author_name = models.CharField(max_length=80)
    text = models.TextField(blank=True)
    reply_to = models.PositiveBigIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    edits = models.JSONField(default=list, blank=True)

    objects = MessageQuerySet.as_manager()

    # The same, of a message.
    replied: "Message | None" = None
    is_own = may_edit = may_delete = False

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

    def get_absolute_url(self) -> str:
        """The room with this message in the middle."""
        return f"{reverse('rooms:room', args=[self.room.slug])}?at={self.seq}#m{self.seq}"

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

    @property
    def speaker(self) -> Any:
        """The user who said it, also one who was a guest then; else the guest, or None when the author is gone."""
        return self.user or (self.guest and self.guest.user) or self.guest


class ReadMark(models.Model):
    """``who`` (an author's key) has read the room up to number ``seq``."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    who = models.CharField(max_length=100)
    seq = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["who", "room"], name="read_mark_of_room_once")]

    def __str__(self) -> str:
        return f"{self.who} has read {self.room_id} up to {self.seq}"


class SanctionQuerySet(models.QuerySet["Sanction"]):
    def in_force(self) -> "SanctionQuerySet":
        return self.filter(Q(until__isnull=True) | Q(until__gt=timezone.now()), lifted_at__isnull=True)

    def against(self, *, users: Collection[Any], guests: Collection[Any]) -> "SanctionQuerySet":
        """Against these users (by key), also as the guests that they were, and these guests (by their ``key``)."""
        return self.filter(Q(user__in=users) | Q(guest__user__in=users) | Q(guest__key__in=guests))


class Sanction(models.Model):
    """Somebody may not speak (mute), or is not let in at all (ban). ``until`` is empty where it is for good."""

    class Kind(models.TextChoices):
        MUTE = "mute", _("muted")
        BAN = "ban", _("banned")

    kind = models.CharField(max_length=4, choices=Kind)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    guest = models.ForeignKey(Guest, models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    until = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = SanctionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, guest__isnull=False) | Q(user__isnull=False, guest__isnull=True),
                name="sanction_of_one_person",
            ),
            models.CheckConstraint(condition=Q(kind__in=["mute", "ban"]), name="sanction_is_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"

    @property
    def person(self) -> Any:
        """The user, or the guest."""
        return self.user or self.guest


class ModerationEntry(models.Model):
    """What staff did, and to whom: ``target`` is an author's key. ``text`` is what a deleted message said, which staff
    may still have to answer for and which is nowhere else."""

    class Action(models.TextChoices):
        DELETE = "delete", _("deleted a message")
        MUTE = "mute", _("muted")
        BAN = "ban", _("banned")
        LIFT = "lift", _("lifted a sanction")

    action = models.CharField(max_length=6, choices=Action)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    target = models.CharField(max_length=100)
    target_name = models.CharField(max_length=80)
    room = models.ForeignKey(Room, models.SET_NULL, null=True, blank=True, related_name="+")
    seq = models.PositiveBigIntegerField(null=True, blank=True)
    text = models.TextField(blank=True)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("moderation entry")
        verbose_name_plural = _("moderation log")

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.target_name}"
