"""A page that does not keep up is not pushed at: it hears that it lags, and pulls."""

from __future__ import annotations

from typing import Any

import pytest

from chat.live import credit, database, hub, publish
from chat.live.credit import Follower
from chat.live.outbox import Outbox
from chat.live.reading import ReadEvent
from tests.chat.browser import Browser, Closed
from tests.chat.live.notes import Notes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

STREAM = "note:a"


def write(count: int, **data: Any) -> None:
    for _ in range(count):
        publish.append(STREAM, "note", data)


async def pull(browser: Browser, epoch: str, seq: int) -> tuple[list[int], int]:
    """What a sync brings, and the head that it ends with."""
    await browser.send(t="sync", stream=STREAM, epoch=epoch, seq=seq)
    found: list[int] = []
    while True:
        frame = await browser.receive()
        if frame["t"] == "head":
            return found, frame["seq"]
        found += [event["seq"] for event in frame["events"]]


async def test_who_acknowledges_nothing_hears_that_it_lags_and_gets_the_rest_by_asking(notes: Notes) -> None:
    async with Browser() as browser:
        place = await browser.follow(STREAM)
        await database.run(write, 230)
        shown = 0
        while (frame := await browser.receive())["t"] == "ev":
            shown = frame["events"][-1]["seq"]
        assert (frame["t"], frame["stream"]) == ("lag", STREAM)
        assert 0 < shown <= credit.UNACKED_EVENTS
        await database.run(write, 30)
        assert await browser.hears_nothing(), "it lags, and is told nothing more"
        while shown < 260:
            found, head = await pull(browser, place["epoch"], shown)
            assert found[0] == shown + 1
            shown = found[-1]
        assert head == 260
        await database.run(write, 1)
        assert [event["seq"] for event in await browser.events(1)] == [261]


async def test_who_acknowledges_is_never_held_back(notes: Notes) -> None:
    async with Browser() as browser:
        await browser.follow(STREAM)
        for last in range(60, 361, 60):
            await database.run(write, 60)
            assert [event["seq"] for event in await browser.events(60)][-1] == last
            await browser.send(t="ack", stream=STREAM, seq=last)
            assert (await browser.ask(t="ping"))["t"] == "pong"


async def test_bytes_count_as_well_as_events(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credit, "UNACKED_BYTES", 10_000)
    async with Browser() as browser:
        await browser.follow(STREAM)
        await database.run(write, 1, text="x" * 6000)
        assert (await browser.receive())["t"] == "ev"
        await database.run(write, 1, text="x" * 6000)
        assert (await browser.receive())["t"] == "lag"


async def test_who_missed_much_is_given_what_it_has_credit_for(notes: Notes) -> None:
    await database.run(write, 300)
    async with Browser() as browser:
        place = await browser.follow(STREAM, seq=0)
        assert place["t"] == "sub_ok"
        assert [event["seq"] for event in await browser.events(200)][-1] == 200
        assert (await browser.receive())["t"] == "lag"
        assert await pull(browser, place["epoch"], 200) == (list(range(201, 301)), 300)


async def test_who_lags_and_says_nothing_is_closed_and_may_come_back(
    notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credit, "UNACKED_EVENTS", 3)
    monkeypatch.setattr(credit, "LAG_SECONDS", 0.2)
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.05)
    async with Browser() as browser:
        await browser.follow(STREAM)
        await database.run(write, 5)
        with pytest.raises(Closed) as closed:
            await everything(browser)
        assert closed.value.code == 4008


async def everything(browser: Browser) -> None:
    while True:
        await browser.receive()


async def test_an_acknowledgement_needs_a_subscription() -> None:
    async with Browser() as browser:
        assert (await browser.ask(t="ack", id=1, stream=STREAM, seq=1))["code"] == "not_subscribed"


async def _nowhere(message: dict[str, Any]) -> None:
    pass


async def test_an_acknowledgement_of_what_never_came_gives_no_more_credit_than_there_is(notes: Notes) -> None:
    async with Browser() as browser:
        await browser.follow(STREAM)
        await browser.send(t="ack", stream=STREAM, seq=10**9)
        await database.run(write, 250)
        while (frame := await browser.receive())["t"] == "ev":
            pass
        assert frame["t"] == "lag"


async def test_one_event_is_always_affordable() -> None:
    follower = Follower(Outbox(_nowhere), who="", here=False, keeps_pace=False)
    large = ReadEvent(1, "", credit.UNACKED_BYTES + 1)
    assert list(follower.affordable([large, large])) == [large]
