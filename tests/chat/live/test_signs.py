"""Somebody types, somebody has read: told to whom it concerns, and kept nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from chat.live import connection, doorbell, hub, presence
from shop.customers.models import User
from tests.chat.browser import Browser
from tests.chat.live.notes import Notes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

STREAM = "note:a"


@pytest.fixture(autouse=True)
def unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is there is not what these tests are about."""
    monkeypatch.setattr(presence, "PAUSE_SECONDS", 60)


async def enter(browser: Browser) -> None:
    await browser.follow(STREAM, here=True)
    assert (await browser.receive())["t"] == "presence"


async def test_who_types_is_shown_to_the_others_alone(notes: Notes, alice: User, alices: str) -> None:
    async with Browser(alices) as typist, Browser(alices) as own_tab, Browser() as reader:
        for browser in (typist, own_tab, reader):
            await enter(browser)
        await typist.send(t="typing", stream=STREAM, on=True)
        sign = await reader.receive()
        assert (sign["t"], sign["who"], sign["on"]) == ("typing", f"user:{alice.pk}", True)
        assert sign["name"]
        assert await typist.hears_nothing(0.05)
        assert await own_tab.hears_nothing(0.05)


async def test_who_types_on_and_on_says_so_once_a_second(
    notes: Notes, alices: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Browser(alices) as typist, Browser() as reader:
        await enter(reader)
        for _ in range(5):
            await typist.send(t="typing", stream=STREAM, on=True)
        assert (await reader.receive())["t"] == "typing"
        assert await reader.hears_nothing(0.1)
        monkeypatch.setattr(connection, "TYPING_SECONDS", 0)
        await typist.send(t="typing", stream=STREAM, on=True)
        assert (await reader.receive())["t"] == "typing"


async def test_who_may_not_write_types_for_nobody(notes: Notes) -> None:
    async with Browser() as nameless, Browser() as reader:
        await enter(reader)
        assert (await nameless.ask(t="typing", id=1, stream=STREAM, on=True))["code"] == "forbidden"
        assert await reader.hears_nothing(0.05)


async def test_what_one_tab_has_read_the_others_of_that_person_hear(notes: Notes, alices: str, alice: User) -> None:
    async with Browser(alices) as one, Browser(alices) as two, Browser() as other:
        for browser in (one, two, other):
            await browser.follow(STREAM)
        await one.send(t="read", stream=STREAM, seq=7)
        assert await two.receive() == {"t": "read", "stream": STREAM, "seq": 7}
        assert await other.hears_nothing(0.05)
        assert notes.marks == {f"user:{alice.pk}": 7}


async def test_signs_of_another_process_are_shown_here_too(notes: Notes) -> None:
    async with Browser() as reader:
        await enter(reader)
        note = {"sign": "typing", "stream": STREAM, "who": "user:9", "name": "Zoe", "on": True}
        message: dict[str, Any] = {"type": "ring", "heads": {}, "notes": [note], "by": "another process"}
        signs = hub.current_hub().signs
        doorbell._take(message, lambda *_: None, signs.noted)
        assert (await reader.receive())["name"] == "Zoe"
        doorbell._take(message | {"by": doorbell._own_name()}, lambda *_: None, signs.noted)
        assert await reader.hears_nothing(0.05), "what this process has noted it has shown already"
