"""The door through which anybody tells browsers something. The shop imports this module of the chat, and no other."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from django.core import signing
from django.db import transaction

from chat.live import doorbell
from chat.live.models import Event, Stream
from chat.live.reading import read_event

TICKET_SALT = "chat.live.ticket"
TICKET_MAX_AGE_SECONDS = 24 * 3600
# One look into the index for each send. Of "author in … and client_id in …" PostgreSQL makes as many as there are pairs
# of the two, or reads all events there are; and SQLite takes the index for no condition that does not repeat its own.
KNOWN = """
    WITH sent (author, client_id) AS (VALUES ROWS)
    SELECT live_event.* FROM sent JOIN live_event ON live_event.stream_id = %s
    AND live_event.author = sent.author AND live_event.client_id = sent.client_id AND NOT (live_event.client_id = '')
"""
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
        rows = ", ".join(["(%s, %s)"] * len(wanted))
        words = [word for send in wanted for word in send]
        found = Event.objects.raw(KNOWN.replace("ROWS", rows), [*words, self._stream.pk])
        return {(event.author, event.client_id): event for event in found}

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


class Told(NamedTuple):
    """An event of ``append_all``: which stream is told what."""

    stream_key: str
    kind: str
    data: dict[str, Any]
    author: str = ""


@contextlib.contextmanager
def appending(stream_key: str) -> Iterator[Appending]:
    """Lock a stream to append several events in one go: they are written at the end of the block, in the caller's
    transaction, and rung for once after its commit. Nothing is written where the block raises."""
    with transaction.atomic():
        stream = Appending(_locked(stream_key))
        yield stream
        stream._write()


def append_all(told: Iterable[Told]) -> None:
    """Append to several streams, in the caller's transaction and in a fixed number of queries, however many they are.

    They are locked in the order of their keys: two who tell the same ones something wait for one another instead of
    dead-locking.
    """
    listed = list(told)
    if not listed:
        return
    with transaction.atomic():
        streams = {stream.key: Appending(stream) for stream in _locked_all({one.stream_key for one in listed})}
        for one in listed:
            streams[one.stream_key].append(one.kind, one.data, author=one.author)
        _write_all(streams.values())


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


def _locked_all(keys: Collection[str]) -> list[Stream]:
    """As ``_locked``. What is missing is made before anything is locked: who waits for somebody else to make a stream
    holds none that they could want."""
    there = Stream.objects.filter(key__in=keys).values_list("key", flat=True)
    missing = sorted(set(keys).difference(there))
    Stream.objects.bulk_create([Stream(key=key) for key in missing], ignore_conflicts=True)
    return list(Stream.objects.select_for_update(no_key=True).filter(key__in=keys).order_by("key"))


def _write_all(streams: Iterable[Appending]) -> None:
    events, rows = [], []
    for appended in streams:
        events += appended._events
        appended._stream.last_seq = appended._last_seq
        rows.append(appended._stream)
    Event.objects.bulk_create(events, batch_size=500)
    Stream.objects.bulk_update(rows, ["last_seq"], batch_size=200)
    if len(rows) <= MAX_RINGS:
        for row in rows:
            transaction.on_commit(partial(doorbell.ring, row.key, row.last_seq), robust=True)


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
