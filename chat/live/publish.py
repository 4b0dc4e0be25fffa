"""The door through which anybody tells browsers something. The shop imports this module of the chat, and no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import F

from chat.live import doorbell
from chat.live.models import Event, Stream

TICKET_SALT = "chat.live.ticket"
TICKET_MAX_AGE_SECONDS = 24 * 3600


def append(stream_key: str, kind: str, data: dict[str, Any], *, author: str = "", client_id: str = "") -> Event:
    """Append one event to a stream, in the caller's transaction, and ring after its commit.

    The stream's row is locked until the commit, so numbers have no gap and nobody reads n+1 before n: call it late
    in the transaction. A repeated ``author`` and ``client_id`` gives the event of the first time back.
    """
    with transaction.atomic():
        stream = _locked(stream_key)
        if client_id:
            known = Event.objects.filter(stream=stream, author=author, client_id=client_id).first()
            if known is not None:
                return known
        event = Event.objects.create(
            stream=stream, seq=stream.last_seq + 1, kind=kind, data=data, author=author, client_id=client_id
        )
        Stream.objects.filter(pk=stream.pk).update(last_seq=F("last_seq") + 1)
        transaction.on_commit(lambda: doorbell.ring(stream_key, event.seq), robust=True)
    return event


def ticket(stream_key: str) -> str:
    """A signed word that opens exactly this stream to whoever holds it, for a day.

    It is how a page shows its reader events of something the chat knows nothing about, a guest's order for one.
    """
    return signing.dumps(stream_key, salt=TICKET_SALT)


def opens(word: str, stream_key: str) -> bool:
    """Whether ``word`` is a ticket for exactly this stream, and not too old."""
    try:
        return bool(signing.loads(word, salt=TICKET_SALT, max_age=TICKET_MAX_AGE_SECONDS) == stream_key)
    except signing.BadSignature:
        return False


def _locked(stream_key: str) -> Stream:
    """The stream's row, made where it is missing, locked without blocking those who only refer to it."""
    lock = Stream.objects.select_for_update(no_key=True)
    try:
        return lock.get(key=stream_key)
    except Stream.DoesNotExist:
        Stream.objects.get_or_create(key=stream_key)
        return lock.get(key=stream_key)


@dataclass(frozen=True)
class Subscription:
    """What a page needs to follow a stream from the state it was rendered with (docs/protocol.md)."""

    stream: str
    ticket: str
    epoch: str
    seq: int


def subscription(stream_key: str) -> Subscription:
    """Follow ``stream_key`` from here. Call it before reading the state that the page shows: an event that falls in
    between is then delivered once more, never missed."""
    stream, _created = Stream.objects.get_or_create(key=stream_key)
    return Subscription(stream_key, ticket(stream_key), str(stream.epoch), stream.last_seq)
