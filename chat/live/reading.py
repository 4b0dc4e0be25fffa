"""What the hub reads of the streams: plain functions for the database's threads."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from chat.live.models import Event, Stream
from chat.live.protocol import encode_json

# An event of such a kind takes the words out of earlier ones (publish.redact).
REDACTING = ".deleted"
FIELDS = ("seq", "kind", "at", "author", "client_id", "data")


class ReadEvent(NamedTuple):
    """An event as a frame carries it. ``redacts``: whether the texts of earlier ones are worthless now."""

    seq: int
    text: str
    size: int  # bytes
    redacts: bool = False


def open_stream(key: str) -> tuple[str, int]:
    """A stream's epoch and newest number; a stream that nobody has written to yet begins here."""
    stream, _created = Stream.objects.get_or_create(key=key)
    return str(stream.epoch), stream.last_seq


def events_after(key: str, seq: int, *, limit: int, upto: int | None = None) -> list[ReadEvent]:
    """The events that follow ``seq``, in order."""
    events = Event.objects.filter(stream__key=key, seq__gt=seq).order_by("seq")
    if upto is not None:
        events = events.filter(seq__lte=upto)
    return [_read(*row) for row in events.values_list(*FIELDS)[:limit]]


def heads(keys: Collection[str]) -> dict[str, tuple[str, int]]:
    """Epoch and newest number of each stream, in one query."""
    rows = Stream.objects.filter(key__in=keys).values_list("key", "epoch", "last_seq")
    return {key: (str(epoch), last_seq) for key, epoch, last_seq in rows}


def read_event(event: Event) -> ReadEvent:
    """An event that has just been written, as reading it would give it."""
    return _read(event.seq, event.kind, event.at, event.author, event.client_id, event.data)


def _read(seq: int, kind: str, at: datetime, author: str, client_id: str, data: dict[str, Any]) -> ReadEvent:
    content = {"seq": seq, "kind": kind, "at": at.isoformat(timespec="milliseconds")}
    content |= {"author": author, "cid": client_id, "data": data}
    text = encode_json(content)
    return ReadEvent(seq, text, len(text) if text.isascii() else len(text.encode()), kind.endswith(REDACTING))
