"""Who is there: by many tabs, away, in another process, and after a crash."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from chat.live import database, members, presence
from chat.live.members import Seen
from chat.live.models import Member, Process
from shop.customers.models import User
from tests.chat.browser import Browser
from tests.chat.live.notes import Notes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

STREAM = "note:a"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "PAUSE_SECONDS", 0.02)


class Watcher:
    """What a browser that follows presence comes to show."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.here: dict[str, bool] = {}

    async def until(self, **here: bool) -> None:
        """``{who: away}``, with "_" for ":"."""
        wanted = {who.replace("_", ":"): away for who, away in here.items()}
        async with asyncio.timeout(5):
            while self.here != wanted:
                self._take(await self._browser.receive())

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["t"] != "presence":
            return
        if frame.get("all"):
            self.here = {}
        self.here |= {person["who"]: person["away"] for person in frame["here"]}
        for who in frame["gone"]:
            self.here.pop(who, None)


async def enter(browser: Browser) -> Watcher:
    await browser.follow(STREAM, here=True)
    return Watcher(browser)


async def test_who_comes_and_goes_is_told_to_who_is_there(
    notes: Notes, alice: User, bob: User, alices: str, bobs: str
) -> None:
    async with Browser(alices) as first:
        watcher = await enter(first)
        await watcher.until(**{f"user_{alice.pk}": False})
        async with Browser(bobs) as second:
            await (await enter(second)).until(**{f"user_{alice.pk}": False, f"user_{bob.pk}": False})
            await watcher.until(**{f"user_{alice.pk}": False, f"user_{bob.pk}": False})
        await watcher.until(**{f"user_{alice.pk}": False})


async def test_several_tabs_are_one_person_who_is_away_when_all_of_them_are(
    notes: Notes, alice: User, alices: str
) -> None:
    me = f"user_{alice.pk}"
    async with Browser() as other, Browser(alices) as one, Browser(alices) as two:
        watcher = await enter(other)
        await enter(one)
        await enter(two)
        await watcher.until(**{me: False})
        await one.send(t="ping", away=True)
        await two.send(t="ping", away=True)
        await watcher.until(**{me: True})
        await two.send(t="ping", away=False)
        await watcher.until(**{me: False})


async def test_nobodys_name_is_shown_and_who_only_follows_is_not(notes: Notes, alices: str) -> None:
    async with Browser() as nameless, Browser(alices) as follower:
        await follower.follow(STREAM)
        frame = None
        await nameless.send(t="sub", stream=STREAM, here=True)
        while frame is None or frame["t"] != "presence":
            frame = await nameless.receive()
        assert (frame["here"], frame["all"]) == ([], True)
        assert await nameless.hears_nothing()


async def test_a_process_that_died_takes_its_members_with_it(
    notes: Notes, alice: User, alices: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr("chat.live.hub.SWEEP_SECONDS", 0.05)
    other = uuid.uuid4()
    await database.run(members.write, other, {STREAM: {"user:999": Seen("Zoe", False)}})
    async with Browser(alices) as browser:
        watcher = await enter(browser)
        await watcher.until(**{f"user_{alice.pk}": False, "user_999": False})
        await database.run(Process.objects.filter(pk=other).update, alive_at=Now() - timedelta(seconds=31))
        await watcher.until(**{f"user_{alice.pk}": False})
    assert not await database.run(Process.objects.filter(pk=other).exists)


async def test_the_last_who_goes_leaves_no_row(notes: Notes, alices: str, alice: User) -> None:
    async with Browser(alices) as browser:
        await (await enter(browser)).until(**{f"user_{alice.pk}": False})
        assert await database.run(Member.objects.count) == 1
    async with asyncio.timeout(5):
        while await database.run(Member.objects.count):
            await asyncio.sleep(0.02)


async def test_a_stream_that_shows_nobody_shows_nobody(live: None, alices: str, alice: User) -> None:
    async with Browser(alices) as browser:
        await browser.follow(f"user:{alice.pk}", here=True)
        assert await browser.hears_nothing()
