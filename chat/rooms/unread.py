"""What is new to somebody in the chat, for any page of the site: cheap, and nothing for who was never there."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import CharField, Exists, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest

from chat.live.models import Stream
from chat.live.publish import Subscription
from chat.live.visitors import Visitor, visitor_of
from chat.rooms.guests import guest_key
from chat.rooms.marks import UNREAD_SHOWN, count_after, own_words
from chat.rooms.models import ReadMark, Sanction

STREAMS_FOLLOWED = 5


@dataclass(frozen=True)
class Followed(Subscription):
    """A room's stream, and how much of it is new."""

    unread: int = 0


@dataclass(frozen=True)
class Unread:
    """``streams`` are those of the rooms that somebody has read in, a few of them, from where ``count`` was counted;
    ``guest_live`` is a guest's own, on which they hear who names them."""

    total: int = 0
    streams: list[Followed] = field(default_factory=list)
    guest_live: Subscription | None = None

    @property
    def count(self) -> int:
        return min(self.total, UNREAD_SHOWN)

    @property
    def shown(self) -> str:
        return f"{UNREAD_SHOWN}+" if self.total > UNREAD_SHOWN else str(self.total)


def unread_of(request: HttpRequest | None) -> Unread:
    """In two queries, however many rooms; in none for who has neither logged in nor chosen a name."""
    if request is None or not hasattr(request, "session") or not hasattr(request, "user"):
        return Unread()
    visitor = visitor_of(request)
    if visitor.user is not None:
        who, own, users, guests = f"user:{visitor.user.pk}", own_words(visitor.user), [visitor.user.pk], []
    elif (key := guest_key(visitor.session)) is not None:
        who, own, users, guests = f"guest:{key}", Q(guest__key=key), [], [key]
    else:
        return Unread()
    marks = _marks(who, visitor, Sanction.objects.in_force().against(users=users, guests=guests))
    # Where the streams are first, then what is in them: what falls in between is heard of twice, never not at all.
    own_stream = who if visitor.user is None else ""
    heads = _heads(marks, own_stream)
    counts = count_after(marks, own)
    followed = [
        Followed(head.key, "", str(head.epoch), head.last_seq, count)
        for room, count in counts.items()
        if (head := heads.get(f"room:{room}")) is not None
    ]
    guest_live = _guest_live(own_stream, heads.get(own_stream)) if own_stream else None
    return Unread(sum(counts.values()), followed[:STREAMS_FOLLOWED], guest_live)


def _guest_live(key: str, head: Stream | None) -> Subscription:
    """Without a ticket, as all of these: who may follow is decided anew each time."""
    return Subscription(key, "", str(head.epoch) if head is not None else "", head.last_seq if head is not None else 0)


def _marks(who: str, visitor: Visitor, sanctions: QuerySet[Sanction]) -> QuerySet[ReadMark]:
    """In the rooms that the visitor is let into."""
    marks = ReadMark.objects.filter(who=who)
    if visitor.is_staff:
        return marks
    return marks.filter(~Exists(sanctions.filter(kind=Sanction.Kind.BAN)), room__is_public=True)


def _heads(marks: QuerySet[ReadMark], own_stream: str) -> dict[str, Stream]:
    """The streams by their keys."""
    keys = marks.annotate(key=Concat(Value("room:"), Cast("room", CharField()))).values("key")
    return {stream.key: stream for stream in Stream.objects.filter(Q(key__in=keys) | Q(key=own_stream))}
