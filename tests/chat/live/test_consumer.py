"""A socket as its browser sees it."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from chat.live import connection, consumer, database, hub, kinds, publish
from chat.live.protocol import MAX_FRAME_BYTES
from chat.live.rates import Bucket
from chat.rooms.models import Message, Room
from tests.chat.browser import Browser, Closed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


async def test_two_browsers_talk(room: Room, guest_session: str) -> None:
    async with Browser(guest_session) as ines, Browser() as other:
        assert ines.welcome["who"].startswith("guest:")
        assert ines.welcome["limits"]["frame_bytes"] == MAX_FRAME_BYTES
        await ines.follow(room.stream_key)
        await other.follow(room.stream_key)
        await ines.send(t="send", id=1, stream=room.stream_key, cid="c1", data={"text": "Hello"})
        frames = [await ines.receive(), await ines.receive()]
        ok = next(frame for frame in frames if frame["t"] == "ok")
        assert (ok["re"], ok["cid"], ok["seq"]) == (1, "c1", 1)
        [event] = await other.events(1)
        assert event["data"] == {"name": "Ines", "guest": True, "staff": False, "text": "Hello"}
        assert event["author"] == ines.welcome["who"]


async def test_ok_means_kept(room: Room, guest_session: str) -> None:
    async with Browser(guest_session) as ines:
        ok = await ines.ask(t="send", id=1, stream=room.stream_key, cid="c1", data={"text": "Hello"})
        kept = await database.run(lambda: Message.objects.get(room=room, seq=ok["seq"]).text)
        assert kept == "Hello"


async def test_a_repeated_send_is_the_same_message(room: Room, guest_session: str) -> None:
    frame = {"t": "send", "stream": room.stream_key, "cid": "c1", "data": {"text": "Hello"}}
    async with Browser(guest_session) as ines:
        first = await ines.ask(**frame)
    async with Browser(guest_session) as ines:
        again = await ines.ask(**frame)
    assert first["seq"] == again["seq"] == 1
    assert await database.run(Message.objects.count) == 1


async def test_a_browser_that_returns_gets_what_it_missed(room: Room) -> None:
    async with Browser() as first:
        place = await first.follow(room.stream_key)
    for number in range(250):
        await database.run(publish.append, room.stream_key, "note", {"number": number})
    async with Browser() as second:
        ok = await second.follow(room.stream_key, epoch=place["epoch"], seq=100)
        assert (ok["t"], ok["seq"]) == ("sub_ok", 250)
        assert [event["seq"] for event in await second.events(150)] == list(range(101, 251))


async def test_a_hole_that_is_too_old_begins_anew(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.live.feed.MAX_HOLE", 5)
    for number in range(6):
        await database.run(publish.append, room.stream_key, "note", {"number": number})
    async with Browser() as browser:
        answer = await browser.follow(room.stream_key, seq=0)
        assert (answer["t"], answer["seq"]) == ("reset", 6)
        await database.run(publish.append, room.stream_key, "note", {})
        assert [event["seq"] for event in await browser.events(1)] == [7]


@pytest.mark.parametrize("place", [{"epoch": "another", "seq": 0}, {"seq": 5}])
async def test_numbers_that_mean_nothing_here_begin_anew(room: Room, place: dict[str, Any]) -> None:
    async with Browser() as browser:
        answer = await browser.follow(room.stream_key, **place)
        assert (answer["t"], answer["seq"]) == ("reset", 0)


async def test_sync_fills_a_hole_and_ends_with_the_head(room: Room) -> None:
    async with Browser() as browser:
        await browser.follow(room.stream_key)
        for _ in range(3):
            await database.run(publish.append, room.stream_key, "note", {})
        await browser.events(3)
        frame = await browser.ask(t="sync", id=9, stream=room.stream_key, seq=1)
        assert [event["seq"] for event in frame["events"]] == [2, 3]
        head = await browser.receive()
        assert (head["t"], head["re"], head["seq"]) == ("head", 9, 3)


async def test_after_unsub_nothing_comes(room: Room) -> None:
    async with Browser() as browser:
        await browser.follow(room.stream_key)
        assert (await browser.ask(t="unsub", id=2, stream=room.stream_key))["t"] == "ok"
        await database.run(publish.append, room.stream_key, "note", {})
        assert await browser.hears_nothing()


async def test_the_first_frame_is_hello_and_the_version_counts() -> None:
    async with Browser(greet=False) as browser:
        assert (await browser.ask(t="ping"))["code"] == "hello_first"
        assert (await browser.ask(t="hello", v=2))["code"] == "version"
        with pytest.raises(Closed) as closed:
            await browser.receive()
        assert closed.value.code == 4505


async def test_who_says_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "HELLO_SECONDS", 0.05)
    async with Browser(greet=False) as browser:
        with pytest.raises(Closed) as closed:
            await browser.receive()
        assert closed.value.code == 4001


async def test_binary_and_oversized_frames_get_an_answer() -> None:
    async with Browser() as browser:
        await browser.send_bytes(b"\x00\xff")
        assert (await browser.receive())["code"] == "binary"
        await browser.send_text("x" * (MAX_FRAME_BYTES + 1))
        assert (await browser.receive())["code"] == "too_large"
        assert (await browser.ask(t="ping", id=1))["t"] == "pong"


async def test_too_many_frames_are_refused_and_a_flood_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "Bucket", lambda **_: Bucket(burst=5, per_second=0.01))
    monkeypatch.setattr(connection, "MAX_FLOODING_FRAMES", 3)
    async with Browser() as browser:
        answers = [await browser.ask(t="ping") for _ in range(7)]
        assert [answer.get("code") for answer in answers] == [None] * 4 + ["rate"] * 3
        with pytest.raises(Closed) as closed:
            await browser.ask(t="ping")
        assert closed.value.code == 4029


async def test_a_flood_of_which_some_is_let_through_is_closed_too() -> None:
    async def flood(browser: Browser) -> None:
        for _ in range(60):
            for _ in range(40):
                await browser.send(t="ping")
            # Meanwhile the bucket fills again, by a frame or two.
            await asyncio.sleep(0.06)
        while True:
            await browser.receive()

    async with Browser() as browser:
        with pytest.raises(Closed) as closed:
            await flood(browser)
        assert closed.value.code == 4029


async def test_a_failing_handler_is_an_answer_and_not_the_end(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(kinds, "perform", explode)
    monkeypatch.setattr(kinds, "perform_batch", explode)
    async with Browser() as browser:
        answer = await browser.ask(t="hist", id=3, stream=room.stream_key)
        assert (answer["re"], answer["code"], answer["retry_ms"]) == (3, "internal", 2000)
        answer = await browser.ask(t="send", stream=room.stream_key, cid="c", data={})
        assert (answer["code"], "retry_ms" in answer) == ("internal", False)
        assert (await browser.ask(t="ping"))["t"] == "pong"


async def test_a_slow_query_holds_up_nobody_else(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def dawdle(*_: object) -> dict[str, object]:
        time.sleep(1)
        return {}

    monkeypatch.setattr(kinds, "perform", dawdle)
    async with Browser() as slow, Browser() as quick:
        await slow.send(t="hist", id=1, stream=room.stream_key)
        began = time.monotonic()
        assert (await quick.follow(room.stream_key))["t"] == "sub_ok"
        assert time.monotonic() - began < 0.5
        assert (await slow.receive())["t"] == "ok"


async def test_a_socket_that_is_cut_while_it_subscribes_leaves_nothing_behind(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending, subscribing, cut, subscribed = (asyncio.Event() for _ in range(4))
    subscribe = hub.Hub.subscribe

    async def subscribe_late(*words: Any, **place: Any) -> None:
        subscribing.set()
        await cut.wait()
        await subscribe(*words, **place)
        subscribed.set()

    async def send(message: dict[str, Any]) -> None:
        """A server that takes its time to let go of a socket."""
        if message["type"] == "websocket.send":
            sending.set()
            try:
                await asyncio.Event().wait()
            finally:
                async with asyncio.timeout(1):
                    await subscribed.wait()

    monkeypatch.setattr(hub.Hub, "subscribe", subscribe_late)
    inbound = asyncio.Queue[dict[str, Any]]()
    inbound.put_nowait({"type": "websocket.connect"})
    for frame in ({"t": "hello", "v": 1}, {"t": "sub", "stream": room.stream_key}):
        inbound.put_nowait({"type": "websocket.receive", "text": json.dumps(frame)})
    socket = asyncio.create_task(consumer.live_socket({}, inbound.get, send))
    await sending.wait()
    await subscribing.wait()
    socket.cancel()
    cut.set()
    await asyncio.wait([socket])
    assert not hub.current_hub()._feeds
    assert hub.current_hub()._watch.is_empty
