"""One reader and one encoding a process, and what carries when the doorbell does not."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Any
from unittest.mock import Mock

import pytest

from chat.live import database, doorbell, feed, hub, outbox, protocol, publish, reading
from chat.live.models import Stream
from chat.rooms.models import Room
from tests.chat.browser import Browser

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if another process wrote: its bell is heard here, and nothing else."""
    monkeypatch.setattr(doorbell, "has_hub_here", lambda: False)


async def test_what_this_process_writes_it_need_not_read(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = Mock(wraps=reading.events_after)
    monkeypatch.setattr(reading, "events_after", reads)
    async with Browser() as browser, Browser() as late:
        await browser.follow(room.stream_key)
        await database.run(publish.append, room.stream_key, "note", {"text": "ñ"}, author="user:1", client_id="c")
        [shown] = await browser.events(1)
        assert reads.call_count == 0
        hub.current_hub()._feeds[room.stream_key]._forget()
        await late.follow(room.stream_key, seq=0)
        assert await late.events(1) == [shown], "written and read are the same to the letter"


@pytest.mark.usefixtures("elsewhere")
async def test_an_event_is_read_and_encoded_once_for_all_sockets(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    reads, encodings = Mock(wraps=reading.events_after), Mock(wraps=protocol.encode_events)
    monkeypatch.setattr(reading, "events_after", reads)
    monkeypatch.setattr(feed, "encode_events", encodings)
    browsers = [Browser() for _ in range(10)]
    for browser in browsers:
        await browser.__aenter__()
        await browser.follow(room.stream_key)
    await database.run(publish.append, room.stream_key, "note", {})
    for browser in browsers:
        assert [event["seq"] for event in await browser.events(1)] == [1]
    assert (reads.call_count, encodings.call_count) == (1, 1)
    for browser in browsers:
        await browser.__aexit__(None, None, None)


async def test_what_a_lost_ring_missed_the_sweep_finds(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "ring", lambda *_: None)
    async with Browser() as browser:
        await browser.follow(room.stream_key)
        began = time.monotonic()
        await database.run(publish.append, room.stream_key, "note", {})
        assert [event["seq"] for event in await browser.events(1)] == [1]
        assert time.monotonic() - began < 2


async def test_the_ring_is_faster_than_the_sweep(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 60)
    async with Browser() as browser:
        await browser.follow(room.stream_key)
        await database.run(publish.append, room.stream_key, "note", {})
        assert await browser.events(1)


async def test_the_sweep_survives_the_database(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    heads, failures = reading.heads, list[list[str]]()

    def fail_twice(keys: list[str]) -> dict[str, tuple[str, int]]:
        if len(failures) < 2:
            failures.append(keys)
            raise OSError("the database is away")
        return heads(keys)

    monkeypatch.setattr(reading, "heads", fail_twice)
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.05)
    monkeypatch.setattr(doorbell, "ring", lambda *_: None)
    async with Browser() as browser:
        await browser.follow(room.stream_key)
        await database.run(publish.append, room.stream_key, "note", {})
        assert await browser.events(1)
    assert len(failures) == 2


async def test_a_new_epoch_tells_every_page_to_begin_anew(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.05)
    async with Browser() as browser:
        await browser.follow(room.stream_key)
        epoch = uuid.uuid4()
        await database.run(Stream.objects.filter(key=room.stream_key).update, epoch=epoch)
        assert (await browser.receive()) == {"t": "reset", "stream": room.stream_key, "epoch": str(epoch), "seq": 0}


async def test_an_idle_browser_hears_where_its_stream_is(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.05)
    monkeypatch.setattr(hub, "HEAD_SECONDS", 0.1)
    async with Browser() as browser:
        await browser.follow(room.stream_key)
        head = await browser.receive()
        assert (head["t"], head["seq"]) == ("head", 0)


async def test_events_that_fall_into_a_subscription_are_neither_lost_nor_doubled(room: Room) -> None:
    async def write() -> None:
        for _ in range(60):
            await database.run(publish.append, room.stream_key, "note", {})

    writing = asyncio.create_task(write())
    for _ in range(5):
        async with Browser() as browser:
            await browser.follow(room.stream_key, seq=0)
            events = await browser.events(10)
            assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    await writing


async def test_who_knows_more_than_this_process_does_not_begin_anew(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process wrote the event and rendered the page with it, before this one has heard of it."""
    monkeypatch.setattr(doorbell, "ring", lambda *_: None)
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 60)
    async with Browser() as first, Browser() as second:
        place = await first.follow(room.stream_key)
        for _ in range(2):
            await database.run(publish.append, room.stream_key, "note", {})
        assert (await second.follow(room.stream_key, epoch=place["epoch"], seq=2))["t"] == "sub_ok"
        assert [event["seq"] for event in await first.events(2)] == [1, 2]
        await database.run(publish.append, room.stream_key, "note", {})
        assert (await second.ask(t="sync", stream=room.stream_key, seq=3))["events"][0]["seq"] == 3


async def test_who_knows_the_new_epoch_first_is_believed(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 60)
    async with Browser() as first, Browser() as second:
        await first.follow(room.stream_key)
        epoch = uuid.uuid4()
        await database.run(Stream.objects.filter(key=room.stream_key).update, epoch=epoch)
        assert (await second.follow(room.stream_key, epoch=str(epoch), seq=0))["t"] == "sub_ok"
        assert (await first.receive())["t"] == "reset"


async def test_a_fault_in_one_round_does_not_end_the_sweep(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    compare, faults = hub.Hub._compare, [ZeroDivisionError()]

    def explode_once(*words: Any) -> None:
        if faults:
            raise faults.pop()
        compare(*words)

    monkeypatch.setattr(hub.Hub, "_compare", explode_once)
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.05)
    monkeypatch.setattr(doorbell, "ring", lambda *_: None)
    async with Browser() as browser:
        await browser.follow(room.stream_key)
        await database.run(publish.append, room.stream_key, "note", {})
        assert await browser.events(1)
    assert not faults


async def test_the_hub_ends_with_its_last_socket(room: Room) -> None:
    async with Browser():
        assert hub.current_hub()._tasks
    assert not hub._hubs.get(asyncio.get_running_loop(), hub.Hub())._tasks
    assert not doorbell._hubs


async def test_who_does_not_read_is_cut_and_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "CLOSING_SECONDS", 0.05)
    monkeypatch.setattr(outbox, "MAX_WAITING_FRAMES", 10)

    async def never(message: dict[str, object]) -> None:
        await asyncio.Event().wait()

    box, ended = outbox.Outbox(never), asyncio.Event()
    box.when_ended(ended.set)
    for _ in range(50):
        box.put("x" * 1000)
        await asyncio.sleep(0)
    assert len(box._texts) <= 10
    await asyncio.wait_for(ended.wait(), 1)
    await box.cut()
    assert box.close_code == protocol.CLOSE_TOO_SLOW
