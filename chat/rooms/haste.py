"""How fast people talk, against the limits of the settings: (messages, seconds), or None.

Asked under the lock of the room's stream, so that two who speak at once are counted one after the other. What one
transaction adds counts for those who come after it in the same transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.live.models import Event
from chat.rooms.authors import Author
from chat.rooms.models import Message, Room
from chat.rooms.refusals import Refused

LEAST_RETRY_MS = 200
# How far back an author's own edits are looked for.
EDITS_LOOKED_AT = 500

Limit = tuple[int, int]
# How much somebody said within the time that their limit looks at, and when the first of it was.
Said = tuple[int, datetime]


class Haste:
    """What several sends into one room share. ``last_seq`` is the room's newest number, and ``more`` how many messages
    may come to it."""

    def __init__(self, *, room: Room, last_seq: int, said: dict[str, Said], more: int = 1) -> None:
        self._now = timezone.now()
        self._said = said
        self._added = Counter[str]()
        self._last_seq = last_seq
        self._room_times = _room_times(room, last_seq, more)

    def take(self, author: Author) -> None:
        """Count one message of this author. Raises Refused, and counts nothing, where it is one too many."""
        self._refuse_author(author)
        self._refuse_room()
        self._added[author.key] += 1

    def _refuse_author(self, author: Author) -> None:
        limit = limit_of(author)
        if limit is None:
            return
        earlier, first = self._said.get(author.key, (0, self._now))
        if earlier + self._added[author.key] >= limit[0]:
            self._refuse(first, limit, _("That was quick. Wait a few seconds, then send again."))

    def _refuse_room(self) -> None:
        """The room is too fast while the event that is so many numbers back is too young."""
        limit: Limit | None = settings.CHAT_RATE_ROOM
        if limit is None:
            return
        seq = self._last_seq + self._added.total() + 1 - limit[0]
        at = self._now if seq > self._last_seq else self._room_times.get(seq)
        if at is not None and self._now - timedelta(seconds=limit[1]) < at <= self._now:
            self._refuse(at, limit, _("Many are talking at once. Wait a few seconds, then send again."))

    def _refuse(self, at: datetime, limit: Limit, sentence: str) -> None:
        wait = at + timedelta(seconds=limit[1]) - self._now
        raise Refused("rate", sentence, retry_ms=max(LEAST_RETRY_MS, int(wait.total_seconds() * 1000) + 1))


def limit_of(author: Author) -> Limit | None:
    limit: Limit | None = settings.CHAT_RATE_GUEST if author.guest is not None else settings.CHAT_RATE_USER
    return limit


def said_of_late(authors: Collection[Author]) -> dict[str, Said]:
    """By author's key what they said in all rooms, in one query at most."""
    now = timezone.now()
    users = {author.user.pk: author.key for author in authors if author.user is not None and limit_of(author)}
    guests = {author.guest.pk: author.key for author in authors if author.guest is not None and limit_of(author)}
    if not users and not guests:
        return {}
    recent = Message.objects.filter(
        Q(user__in=users, sent_at__gt=_since(now, settings.CHAT_RATE_USER))
        | Q(guest__in=guests, sent_at__gt=_since(now, settings.CHAT_RATE_GUEST)),
        sent_at__lte=now,
    )
    rows = recent.order_by().values_list("user", "guest").annotate(Count("pk"), Min("sent_at"))
    return {users[user] if user is not None else guests[guest]: (count, first) for user, guest, count, first in rows}


def edited_of_late(room: Room, author: Author, last_seq: int) -> dict[str, Said]:
    """The same for what the author did in this room: said and edited."""
    limit = limit_of(author)
    if limit is None:
        return {}
    events = Event.objects.filter(stream__key=room.stream_key, seq__gt=last_seq - EDITS_LOOKED_AT, author=author.key)
    now = timezone.now()
    recent = events.filter(at__gt=_since(now, limit), at__lte=now).order_by("-seq").values_list("at", flat=True)
    times = list(recent[: limit[0]])
    return {author.key: (len(times), times[-1])} if times else {}


def _since(now: datetime, limit: Limit | None) -> datetime:
    return now - timedelta(seconds=limit[1]) if limit is not None else now


def _room_times(room: Room, last_seq: int, more: int) -> dict[int, datetime]:
    """When those events were that have to be old enough for ``more`` to be said: numbers have no gap, so that these
    few rows tell how fast a room is, however much it says."""
    limit: Limit | None = settings.CHAT_RATE_ROOM
    if limit is None or last_seq + more <= limit[0]:
        return {}
    first = last_seq + 1 - limit[0]
    events = Event.objects.filter(stream__key=room.stream_key, seq__gte=first, seq__lt=first + more)
    return dict(events.values_list("seq", "at"))
