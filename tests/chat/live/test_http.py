"""The same streams without a WebSocket: as server-sent events, by long poll, and by polls that are answered at once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from django.test import AsyncClient, Client
from pytest_django import Settings

from chat.live import database, door, http, publish
from chat.live.rates import Buckets
from shop.customers.models import User
from tests.chat.live.notes import Notes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

STREAM = "note:a"


def address(name: str, *subs: dict[str, Any], **more: Any) -> tuple[str, dict[str, Any]]:
    return f"/chat/live/{name}", {"subs": json.dumps(subs), **more}


def asgi(session: str = "") -> AsyncClient:
    client = AsyncClient()
    if session:
        client.cookies["sessionid"] = session
    return client


def wsgi(session: str = "") -> Client:
    client = Client()
    if session:
        client.cookies["sessionid"] = session
    return client


async def write(count: int = 1, **data: Any) -> None:
    for _ in range(count):
        await database.run(publish.append, STREAM, "note", data)


async def frames_of(response: Any) -> AsyncGenerator[dict[str, Any], None]:
    async for chunk in response:
        line = chunk.decode()
        assert line.startswith("data: ")
        assert line.endswith("\n\n")
        yield json.loads(line.removeprefix("data: "))


async def poll(client: AsyncClient, *subs: dict[str, Any], wait: int = 0) -> list[dict[str, Any]]:
    path, query = address("poll", *subs, wait=wait)
    response = await client.get(path, query)
    assert response.status_code == 200, response.content
    frames: list[dict[str, Any]] = response.json()["frames"]
    return frames


async def test_events_stream_greets_and_goes_on(notes: Notes) -> None:
    await write(2)
    path, query = address("events", {"stream": STREAM, "seq": 1})
    response = await asgi().get(path, query)
    assert response["Content-Type"] == "text/event-stream"
    assert (response["X-Accel-Buffering"], "no-store" in response["Cache-Control"]) == ("no", True)
    frames = frames_of(response)
    assert [(await anext(frames))["t"] for _ in range(2)] == ["welcome", "sub_ok"]
    assert [event["seq"] for event in (await anext(frames))["events"]] == [2]
    await write()
    assert [event["seq"] for event in (await anext(frames))["events"]] == [3]
    await frames.aclose()


async def test_who_reads_a_stream_of_events_needs_no_acknowledgement(notes: Notes) -> None:
    response = await asgi().get(*address("events", {"stream": STREAM}))
    frames = frames_of(response)
    seen = 0
    for _ in range(2):
        await anext(frames)
    await database.run(lambda: [publish.append(STREAM, "note", {}) for _ in range(450)])
    while seen < 450:
        frame = await anext(frames)
        assert frame["t"] == "ev"
        seen = frame["events"][-1]["seq"]
    await frames.aclose()


async def test_a_poll_is_answered_at_once_when_there_is_something(notes: Notes) -> None:
    await write(3)
    began = time.monotonic()
    [news, head] = await poll(asgi(), {"stream": STREAM, "seq": 1}, wait=20)
    assert [event["seq"] for event in news["events"]] == [2, 3]
    assert (head["t"], head["seq"]) == ("head", 3)
    [begun] = await poll(asgi(), {"stream": STREAM}, wait=20)
    assert (begun["t"], begun["seq"]) == ("sub_ok", 3)
    assert time.monotonic() - began < 5


async def test_a_poll_waits_for_news_and_ends_with_it(notes: Notes) -> None:
    async def write_later() -> None:
        await asyncio.sleep(0.2)
        await write()

    writing = asyncio.create_task(write_later())
    began = time.monotonic()
    [news] = await poll(asgi(), {"stream": STREAM, "seq": 0}, wait=20)
    assert [event["seq"] for event in news["events"]] == [1]
    assert 0.1 < time.monotonic() - began < 5
    await writing


async def test_a_poll_without_news_says_where_the_streams_are(notes: Notes) -> None:
    began = time.monotonic()
    [head] = await poll(asgi(), {"stream": STREAM, "seq": 0}, wait=1)
    assert (head["t"], head["seq"]) == ("head", 0)
    assert time.monotonic() - began >= 0.9


async def test_numbers_that_mean_nothing_begin_anew(notes: Notes) -> None:
    [reset] = await poll(asgi(), {"stream": STREAM, "epoch": "another", "seq": 0}, wait=20)
    assert reset["t"] == "reset"


@pytest.mark.parametrize("door_name", ["asgi", "wsgi"])
async def test_a_frame_is_done_over_http_as_over_a_socket(notes: Notes, alices: str, door_name: str) -> None:
    frame = {"t": "send", "id": "x", "stream": STREAM, "cid": "c", "data": {"text": "hi"}}
    expected = {"t": "ok", "re": "x", "stream": STREAM, "cid": "c", "seq": 1}
    for _ in range(2):
        assert await post(door_name, alices, frame) == (200, expected)
    assert (await post(door_name, "", frame))[1]["code"] == "forbidden"


async def post(door_name: str, session: str, frame: object) -> tuple[int, dict[str, Any]]:
    content = frame if isinstance(frame, (str, bytes)) else json.dumps(frame)
    if door_name == "asgi":
        answer: Any = await asgi(session).post("/chat/live/frame", content, content_type="application/json")
    else:
        answer = await database.run(
            lambda: wsgi(session).post("/chat/live/frame", content, content_type="application/json")
        )
    return answer.status_code, answer.json()


async def test_signs_go_up_over_http_too(notes: Notes, alices: str, alice: User) -> None:
    assert await post("asgi", alices, {"t": "read", "stream": STREAM, "seq": 3}) == (200, {"t": "ok"})
    assert notes.marks == {f"user:{alice.pk}": 3}
    assert await post("asgi", alices, {"t": "typing", "stream": STREAM, "on": True}) == (200, {"t": "ok"})


@pytest.mark.parametrize(
    "content", ["", "{", "[]", b"\xff\x00", '{"t":"sub","stream":"note:a"}', '{"t":"hello","v":1}', '"x"', "x" * 20_000]
)
async def test_what_is_no_frame_is_a_plain_400(live: None, content: str | bytes) -> None:
    status, answer = await post("asgi", "", content)
    assert (status, answer["t"]) == (400, "err")


@pytest.mark.parametrize(
    "subs",
    [
        "",
        "{",
        "{}",
        "[]",
        "[1]",
        '[{"stream":"x"}]',
        '[{"stream":"note:a","seq":-1}]',
        json.dumps([{"stream": "a:b"}] * 11),
    ],
)
@pytest.mark.parametrize("name", ["poll", "events"])
async def test_what_is_no_list_of_streams_is_a_plain_400(live: None, name: str, subs: str) -> None:
    assert (await asgi().get(f"/chat/live/{name}", {"subs": subs})).status_code == 400


async def test_what_is_not_ours_is_told_by_a_frame_that_tells_nothing(notes: Notes) -> None:
    refused, _head = await poll(asgi(), {"stream": "user:1", "seq": 0}, {"stream": STREAM, "seq": 0})
    assert (refused["t"], refused["re"], refused["code"]) == ("err", "sub:user:1", "forbidden")


async def test_another_sites_page_sends_nothing(notes: Notes, alices: str) -> None:
    client = AsyncClient(enforce_csrf_checks=True)
    client.cookies["sessionid"] = alices
    frame = json.dumps({"t": "send", "stream": STREAM, "cid": "c", "data": {}})
    assert (await client.post("/chat/live/frame", frame, content_type="application/json")).status_code == 403


async def test_connections_and_frames_are_counted(notes: Notes, settings: Settings, alices: str) -> None:
    settings.LIVE_CONNECTIONS_PER_ADDRESS = 0
    for name in ("poll", "events"):
        path, query = address(name, {"stream": STREAM, "seq": 0}, wait=5)
        answer = await asgi().get(path, query)
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    settings.LIVE_FRAMES_PER_SECOND = 1
    http._buckets = Buckets()
    statuses = [(await post("asgi", alices, {"t": "read", "stream": STREAM, "seq": 1}))[0] for _ in range(5)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    http._buckets = Buckets()
    assert not door._open
