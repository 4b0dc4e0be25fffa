"""Several events in one go, and words that are taken back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.live import database, doorbell, publish
from chat.live.models import Event, Stream
from tests.chat.browser import Browser
from tests.chat.live.notes import Notes

pytestmark = pytest.mark.django_db(transaction=True)

STREAM = "note:a"


def write_and_redact() -> None:
    with publish.appending(STREAM) as stream:
        stream.append("note", {"text": "a secret", "name": "Ines"})
        stream.append("note", {"text": "harmless", "name": "Ines"})
    publish.redact(STREAM, [1])
    publish.append(STREAM, "note.deleted", {"of": 1})


def test_many_events_cost_as_many_queries_as_one() -> None:
    publish.append(STREAM, "note", {})

    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as captured, publish.appending(STREAM) as stream:
            stream.known((f"user:{number}", f"c{number}") for number in range(count))
            for number in range(count):
                stream.append("note", {}, author=f"user:{number}", client_id=f"{count} {number}")
        return len(captured)

    assert queries(1) == queries(80)
    assert list(Event.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 83))
    assert Stream.objects.get(key=STREAM).last_seq == 82


def test_it_rings_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[tuple[Any, ...]] = []
    monkeypatch.setattr(doorbell, "ring", lambda *ring: rung.append(ring))
    with publish.appending(STREAM) as stream:
        for _ in range(3):
            stream.append("note", {})
    with publish.appending(STREAM):
        pass
    assert [(key, seq) for key, seq, *_ in rung] == [(STREAM, 3)]


def test_nothing_is_written_where_the_writer_fails() -> None:
    def fail() -> None:
        with publish.appending(STREAM) as stream:
            stream.append("note", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (Event.objects.count(), Stream.objects.filter(last_seq__gt=0).exists()) == (0, False)


def test_only_the_asked_authors_own_sends_are_known() -> None:
    publish.append(STREAM, "note", {}, author="user:1", client_id="a")
    publish.append(STREAM, "note", {}, author="user:2", client_id="b")
    with publish.appending(STREAM) as stream:
        known = stream.known([("user:1", "b"), ("user:2", "b"), ("user:2", "a"), ("user:1", "")])
    assert {send: event.seq for send, event in known.items()} == {("user:2", "b"): 2}


def test_words_that_are_taken_back_are_gone_from_the_stream() -> None:
    write_and_redact()
    first, second, _ = Event.objects.order_by("seq")
    assert first.data == {"text": "", "name": "Ines", "deleted": True}
    assert second.data["text"] == "harmless"


@pytest.mark.asyncio
async def test_who_comes_back_does_not_get_them_from_memory_either(notes: Notes) -> None:
    async with Browser() as staying:
        place = await staying.follow(STREAM)
        await database.run(publish.append, STREAM, "note", {"text": "a secret"})
        assert (await staying.events(1))[0]["data"]["text"] == "a secret"
        await database.run(publish.redact, STREAM, [1])
        await database.run(publish.append, STREAM, "note.deleted", {"of": 1})
        await staying.events(1)
        async with Browser() as returning:
            await returning.follow(STREAM, epoch=place["epoch"], seq=0)
            events = await returning.events(2)
    assert events[0]["data"] == {"text": "", "deleted": True}


@pytest.mark.asyncio
async def test_two_who_make_a_stream_at_once_make_one(live: None) -> None:
    await asyncio.gather(*(database.run(publish.append, "note:new", "note", {}) for _ in range(6)))
    assert await database.run(lambda: Stream.objects.get(key="note:new").last_seq) == 6
