"""The door through which anybody tells browsers something. The shop imports this module of the chat, and no other."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core import signing
from django.db import transaction

from chat.live import doorbell
from chat.live.models import Event, Stream
from chat.live.reading import read_event

TICKET_SALT = "chat.live.ticket"
TICKET_MAX_AGE_SECONDS = 24 * 3600
# Who tells more streams something at once (an import) leaves it to the sweep: rings would hold them up for seconds.
MAX_RINGS = 100


def append(stream_key: str, kind: str, data: dict[str, Any], *, author: str = "", client_id: str = "") -> Event:
    """Append one event to a stream, in the caller's transaction, and ring after its commit.

    The stream's row is locked until the commit, so numbers have no gap and nobody reads n+1 before n: call it late
    in the transaction. A repeated ``author`` and ``client_id`` gives the event of the first time back.
    """
    with appending(stream_key) as stream:
        known = stream.known([(author, client_id)])
        return known.get((author, client_id)) or stream.append(kind, data, author=author, client_id=client_id)


class Appending:
    """A stream that is locked for this transaction. What is appended is numbered at once and written together."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._last_seq = stream.last_seq
        self._events: list[Event] = []

    @property
    def last_seq(self) -> int:
        """The stream's newest number, with what is appended here."""
        return self._last_seq

    def known(self, sends: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Event]:
        """Those of the (author, client id) that are an event of this stream already, in one query. "" is no id."""
        wanted = {(author, client_id) for author, client_id in sends if client_id}
        if not wanted:
            return {}
        authors, client_ids = zip(*wanted, strict=True)
        found = Event.objects.filter(stream=self._stream, author__in=authors, client_id__in=client_ids)
        events = {(event.author, event.client_id): event for event in found}
        return {send: event for send, event in events.items() if send in wanted}

    def append(self, kind: str, data: dict[str, Any], *, author: str = "", client_id: str = "") -> Event:
        self._last_seq += 1
        event = Event(stream=self._stream, seq=self._last_seq, kind=kind, data=data, author=author, client_id=client_id)
        self._events.append(event)
        return event

    def _write(self) -> None:
        if not self._events:
            return
        Event.objects.bulk_create(self._events)
        Stream.objects.filter(pk=self._stream.pk).update(last_seq=self._last_seq)
        transaction.on_commit(self._ring, robust=True)

    def _ring(self) -> None:
        written = [read_event(event) for event in self._events] if doorbell.has_hub_here() else ()
        doorbell.ring(self._stream.key, self._last_seq, written)


@contextlib.contextmanager
def appending(stream_key: str) -> Iterator[Appending]:
    """Lock a stream to append several events in one go: they are written at the end of the block, in the caller's
    transaction, and rung for once after its commit. Nothing is written where the block raises."""
    with transaction.atomic():
        stream = Appending(_locked(stream_key))
        yield stream
        stream._write()


def append_to_each(told: Mapping[str, Sequence[tuple[str, dict[str, Any], str]]]) -> None:
    """Append to several streams, in the caller's transaction, the (kind, data, author) that are told to each: in as
    many queries as for one. They are locked in one order, so that two who do it at once do not wait for each other."""
    if not told:
        return
    with transaction.atomic(savepoint=False):
        Stream.objects.bulk_create([Stream(key=key) for key in sorted(told)], ignore_conflicts=True)
        streams = list(Stream.objects.select_for_update(no_key=True).filter(key__in=told).order_by("key"))
        events = []
        for stream in streams:
            for kind, data, author in told[stream.key]:
                stream.last_seq += 1
                events.append(Event(stream=stream, seq=stream.last_seq, kind=kind, data=data, author=author))
        Event.objects.bulk_create(events, batch_size=500)
        Stream.objects.bulk_update(streams, ["last_seq"], batch_size=200)
        for stream in streams if len(streams) <= MAX_RINGS else []:
            transaction.on_commit(partial(doorbell.ring, stream.key, stream.last_seq), robust=True)


def redact(stream_key: str, seqs: Collection[int]) -> None:
    """Take the words out of these events, in the caller's transaction: their ``text`` becomes empty, and they say
    ``deleted``. Append an event whose kind ends in ".deleted" with it: at such a one every process forgets the texts
    that it still holds."""
    events = list(Event.objects.filter(stream__key=stream_key, seq__in=seqs))
    for event in events:
        event.data = {**event.data, "text": "", "deleted": True}
    Event.objects.bulk_update(events, ["data"])


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
