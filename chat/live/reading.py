"""What the hub reads of the streams: plain functions for the database's threads."""

from __future__ import annotations

from collections.abc import Collection

from chat.live.models import Event, Stream
from chat.live.protocol import encode_json


def open_stream(key: str) -> tuple[str, int]:
    """A stream's epoch and newest number; a stream that nobody has written to yet begins here."""
    stream, _created = Stream.objects.get_or_create(key=key)
    return str(stream.epoch), stream.last_seq


def events_after(key: str, seq: int, *, limit: int, upto: int | None = None) -> list[tuple[int, str]]:
    """(number, JSON) of the events that follow ``seq``, in order."""
    events = Event.objects.filter(stream__key=key, seq__gt=seq).order_by("seq")
    if upto is not None:
        events = events.filter(seq__lte=upto)
    return [(event.seq, event_json(event)) for event in events[:limit]]


def heads(keys: Collection[str]) -> dict[str, tuple[str, int]]:
    """Epoch and newest number of each stream, in one query."""
    rows = Stream.objects.filter(key__in=keys).values_list("key", "epoch", "last_seq")
    return {key: (str(epoch), last_seq) for key, epoch, last_seq in rows}


def event_json(event: Event) -> str:
    content = {"seq": event.seq, "kind": event.kind, "at": event.at.isoformat(timespec="milliseconds")}
    content |= {"author": event.author, "cid": event.client_id, "data": event.data}
    return encode_json(content)
