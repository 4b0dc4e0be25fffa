"""No frame is larger than a server sends, and none holds what cannot be sent: either would cut all who follow."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chat.live import consumer, database, publish, reading
from chat.live.protocol import CLOSE_TRY_LATER, MAX_SENT_BYTES, encode
from chat.rooms.models import Message, Room
from tests.chat.browser import Browser

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

LONG = "\N{WAVE DASH}" * 2000


def write_long(room: Room, count: int) -> None:
    for _ in range(count):
        event = publish.append(room.stream_key, "message", {"text": LONG})
        Message.objects.create(room=room, seq=event.seq, author_name="Ines", text=LONG, sent_at=event.at)


async def received(browser: Browser) -> tuple[dict[str, Any], int]:
    """A frame, and its bytes."""
    message = await browser._socket.receive_output(5)
    return json.loads(message["text"]), len(message["text"].encode())


async def test_who_missed_many_long_messages_gets_them_in_frames_that_can_be_sent(room: Room) -> None:
    await database.run(write_long, room, 60)
    async with Browser() as browser:
        await browser.follow(room.stream_key, seq=0)
        events: list[dict[str, Any]] = []
        while len(events) < 60:
            frame, size = await received(browser)
            assert size <= MAX_SENT_BYTES
            events += frame.get("events", [])
            if frame["t"] == "lag":
                await browser.send(t="sync", stream=room.stream_key, seq=len(events))
    assert [event["seq"] for event in events] == list(range(1, 61))


async def test_a_page_of_history_ends_where_its_frame_is_full_and_the_next_goes_on(room: Room) -> None:
    await database.run(write_long, room, 30)
    found: list[int] = []
    async with Browser() as browser:
        older, before = True, 1000
        while older:
            await browser.send(t="hist", stream=room.stream_key, before=before, limit=100)
            frame, size = await received(browser)
            assert size <= MAX_SENT_BYTES
            numbers = [message["seq"] for message in frame["data"]["messages"]]
            found, older, before = numbers + found, frame["data"]["older"], numbers[0]
    assert found == list(range(1, 31))


async def test_half_a_surrogate_pair_is_sent_as_a_question_mark() -> None:
    assert json.loads(encode("err", text="\ud800").encode())["text"] == "?"
    event = reading._read(1, "note", datetime.now(UTC), "", "", {"text": "\ud800"})
    assert json.loads(event.text.encode())["data"]["text"] == "?"


async def test_a_socket_that_cannot_be_written_to_is_closed(live: None) -> None:
    sent: list[dict[str, Any]] = []

    async def refuse_text(message: dict[str, Any]) -> None:
        if message["type"] == "websocket.send":
            raise ValueError("too large for this server")
        sent.append(message)

    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    inbox.put_nowait({"type": "websocket.connect"})
    inbox.put_nowait({"type": "websocket.receive", "text": '{"t":"hello","v":1}'})
    await asyncio.wait_for(consumer.live_socket({}, inbox.get, refuse_text), 5)
    assert sent == [{"type": "websocket.accept"}, {"type": "websocket.close", "code": CLOSE_TRY_LATER}]
