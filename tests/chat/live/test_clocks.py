"""A machine's clock may be set at any moment, in either direction. Order is a matter of numbers, patience of another
clock; what depends on the time of day must come right again by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

import pytest
from django.core import signing
from django.utils import timezone

from chat.live import database, publish
from chat.live.models import Event
from chat.rooms import posting
from chat.rooms.authors import Author
from chat.rooms.history import page_before
from chat.rooms.models import Room
from chat.rooms.refusals import Refused
from shop.customers.models import User
from tests.chat.browser import Browser

Set = Callable[[timedelta], None]
# More than anybody may say at once.
TOO_MUCH = 500
# Longer than this nobody is told to wait for having been quick.
PATIENCE_MS = 60_000


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Set:
    """The time of day is off by so much from now on, in this process; the clock that only counts is not."""
    true_time = time.time

    def set_by(offset: timedelta) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + offset

        monkeypatch.setattr(timezone, "datetime", Clock)
        monkeypatch.setattr(time, "time", lambda: true_time() + offset.total_seconds())

    return set_by


@pytest.fixture
def author(alice: User) -> Author:
    return Author(f"user:{alice.pk}", "Alice", user=alice)


def post(room: Room, author: Author, text: str) -> int:
    return posting.post_message(room=room, author=author, text=text).seq


def refusal_of(room: Room, author: Author, text: str) -> Refused | None:
    try:
        post(room, author, text)
    except Refused as refusal:
        return refusal
    return None


def speak_until_refused(room: Room, author: Author) -> Refused:
    refusals = (refusal_of(room, author, str(number)) for number in range(TOO_MUCH))
    return next(refusal for refusal in refusals if refusal is not None)


def is_patience(refusal: Refused) -> bool:
    return refusal.code == "rate" and 0 < (refusal.retry_ms or 0) <= PATIENCE_MS


@pytest.mark.django_db
def test_numbers_and_the_page_keep_their_order(author: Author, set_clock: Set) -> None:
    room = Room.objects.create(slug="frames", name="Frames")
    for number, hours in enumerate((0, -24, 24, -1, 0)):
        set_clock(timedelta(hours=hours))
        post(room, author, str(number))
    assert list(Event.objects.values_list("seq", flat=True)) == [1, 2, 3, 4, 5]
    assert [message.text for message in page_before(room).messages] == ["0", "1", "2", "3", "4"]


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [-5, 5])
def test_who_was_quick_before_the_clock_was_set_is_not_silenced_for_hours(
    author: Author, set_clock: Set, hours: int
) -> None:
    room = Room.objects.create(slug="frames", name="Frames")
    set_clock(timedelta(0))
    assert is_patience(speak_until_refused(room, author))
    set_clock(timedelta(hours=hours))
    refusal = refusal_of(room, author, "and now?")
    assert refusal is None or is_patience(refusal)
    # And it still is a limit.
    assert is_patience(speak_until_refused(room, author))


def test_a_ticket_ends_by_the_clock_and_comes_right_with_it(set_clock: Set) -> None:
    set_clock(timedelta(0))
    ticket = publish.ticket("order:7")
    for hours, opens in ((0, True), (-48, True), (48, False), (0, True)):
        set_clock(timedelta(hours=hours))
        assert publish.opens(ticket, "order:7") is opens
    assert signing.loads(ticket, salt=publish.TICKET_SALT) == "order:7"


@pytest.mark.django_db(transaction=True)
@pytest.mark.asyncio
async def test_a_socket_lives_through_it_and_hears_everything(room: Room, set_clock: Set) -> None:
    async with Browser() as browser:
        await browser.follow(room.stream_key)
        for number, hours in enumerate((24, -24, 0), start=1):
            set_clock(timedelta(hours=hours))
            await database.run(publish.append, room.stream_key, "note", {})
            assert [event["seq"] for event in await browser.events(1)] == [number]
        assert (await browser.ask(t="ping", id="alive"))["re"] == "alive"
