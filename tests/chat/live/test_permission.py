"""Each frame is asked about anew, and a refusal tells nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from chat.live import database, publish
from chat.live.models import Stream
from chat.rooms.models import Room
from shop.customers.models import User
from tests.chat.browser import Browser, Closed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

FORBIDDEN = {"t": "err", "re": "sub", "code": "forbidden", "text": "This is not for you, or it does not exist."}


@pytest.fixture
def alices_session(alice: User, session_of: Callable[[User], str]) -> str:
    return session_of(alice)


@pytest.fixture
def staff_session(staff: User, session_of: Callable[[User], str]) -> str:
    return session_of(staff)


async def test_what_is_not_ours_and_what_is_not_there_look_the_same(
    back_room: Room, alices_session: str, bob: User
) -> None:
    for session in ("", alices_session):
        async with Browser(session) as browser:
            for stream in (back_room.stream_key, f"user:{bob.pk}", "room:999999", "room:x", "order:k", "nothing:1"):
                assert await browser.follow(stream) == FORBIDDEN


async def test_everybody_follows_their_own_stream(alice: User, alices_session: str) -> None:
    async with Browser(alices_session) as browser:
        assert browser.welcome["who"] == f"user:{alice.pk}"
        assert (await browser.follow(f"user:{alice.pk}"))["t"] == "sub_ok"
        await database.run(publish.append, f"user:{alice.pk}", "order.state", {"text": "Paid"})
        assert (await browser.events(1))[0]["data"] == {"text": "Paid"}


async def test_staff_follow_a_private_room(back_room: Room, staff_session: str) -> None:
    async with Browser(staff_session) as browser:
        assert (await browser.follow(back_room.stream_key))["t"] == "sub_ok"


async def test_a_ticket_opens_exactly_its_stream(live: None, monkeypatch: pytest.MonkeyPatch) -> None:
    word = publish.ticket("order:one")
    async with Browser() as browser:
        assert (await browser.follow("order:one", ticket=word))["t"] == "sub_ok"
        assert await browser.follow("order:two", ticket=word) == FORBIDDEN
        assert await browser.follow("order:two", ticket=word[:-1] + "A") == FORBIDDEN
        monkeypatch.setattr(publish, "TICKET_MAX_AGE_SECONDS", -1)
        assert await browser.follow("order:one", ticket=word) == FORBIDDEN


async def test_a_ticket_to_read_is_none_to_write(back_room: Room, guest_session: str) -> None:
    async with Browser(guest_session) as browser:
        word = publish.ticket(back_room.stream_key)
        assert (await browser.follow(back_room.stream_key, ticket=word))["t"] == "sub_ok"
        for frame in ({"t": "send", "cid": "c", "data": {"text": "x"}}, {"t": "hist"}):
            assert (await browser.ask(id="sub", stream=back_room.stream_key, **frame)) == FORBIDDEN


async def test_a_stream_that_cannot_be_written_to_says_so(alice: User, alices_session: str) -> None:
    async with Browser(alices_session) as browser:
        frame = {"t": "send", "id": "sub", "stream": f"user:{alice.pk}", "cid": "c", "data": {"text": "x"}}
        assert await browser.ask(**frame) == FORBIDDEN


async def test_the_session_is_asked_at_every_frame(room: Room, alices_session: str) -> None:
    async with Browser(alices_session) as browser:
        frame = {"t": "send", "stream": room.stream_key, "cid": "a", "data": {"text": "x"}}
        assert (await browser.ask(**frame))["t"] == "ok"
        await database.run(Session.objects.update, expire_date=timezone.now() - timedelta(seconds=1))
        assert (await browser.ask(**frame | {"cid": "b"}))["code"] == "name_needed"


async def refusal(browser: Browser, frame: dict[str, Any]) -> str:
    """The code of the answer, or that with which the socket is closed."""
    try:
        return str((await browser.ask(**frame))["code"])
    except Closed as closed:
        return str(closed.code)


async def test_an_account_that_was_closed_speaks_no_more(room: Room, alice: User, alices_session: str) -> None:
    async with Browser(alices_session) as browser:
        # By hand, so that nobody is told; the process may be looking at its sockets at this very moment all the same.
        await database.run(User.objects.filter(pk=alice.pk).update, is_active=False)
        frame = {"t": "send", "stream": room.stream_key, "cid": "a", "data": {"text": "x"}}
        assert await refusal(browser, frame) in {"name_needed", "4503"}


async def test_a_room_has_one_stream_whatever_its_number_is_written_like(room: Room) -> None:
    async with Browser() as browser:
        assert (await browser.follow(f"room:0{room.pk}"))["code"] == "forbidden"
    assert not await database.run(Stream.objects.exclude(key=room.stream_key).filter(key__startswith="room:0").exists)
