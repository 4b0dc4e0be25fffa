"""Who loses a right loses the socket that rests on it, at once and in every process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from chat.live import database, doorbell, hub, identity, revoking, watch
from chat.live.models import Event
from shop.customers.models import User
from tests.chat.browser import Browser, Closed
from tests.chat.live.notes import Notes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

STREAM = "note:a"


async def closed_with(browser: Browser) -> int:
    with pytest.raises(Closed) as closed:
        await browser.receive(timeout=3)
    return closed.value.code


async def change(user: AbstractBaseUser, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(user, name, value)
    await database.run(user.save, update_fields=list(fields))


def told() -> list[dict[str, Any]]:
    """What the processes were told to look at, in order."""
    return [event.data for event in Event.objects.filter(stream__key=revoking.STREAM).order_by("seq")]


async def test_who_logs_out_is_closed_and_nobody_else(
    notes: Notes, alice: User, bob: User, session_of: Callable[[User], str]
) -> None:
    client = Client()
    await database.run(client.force_login, alice)
    bobs = await database.run(session_of, bob)
    async with Browser(client.cookies["sessionid"].value) as leaving, Browser(bobs) as staying, Browser() as nobody:
        await database.run(client.logout)
        assert await closed_with(leaving) == 4503
        for browser in (staying, nobody):
            assert (await browser.ask(t="ping"))["t"] == "pong"


async def test_a_new_password_closes_what_the_old_one_opened(notes: Notes, alice: User, alices: str) -> None:
    async with Browser(alices) as browser:
        alice.set_password("another word of hers")
        await change(alice, password=alice.password)
        assert await closed_with(browser) == 4503


async def test_an_account_that_is_closed_closes_its_sockets(notes: Notes, alice: User, alices: str) -> None:
    async with Browser(alices) as browser:
        await change(alice, is_active=False)
        assert await closed_with(browser) == 4503


async def test_who_only_logs_in_elsewhere_or_changes_their_name_stays(notes: Notes, alice: User, alices: str) -> None:
    async with Browser(alices) as browser:
        await change(alice, last_login=timezone.now())
        await change(alice, is_staff=True)
        assert (await browser.ask(t="ping"))["t"] == "pong"
        assert await browser.hears_nothing()


async def test_who_is_barred_is_closed(notes: Notes, alice: User, alices: str, monkeypatch: pytest.MonkeyPatch) -> None:
    barred: set[str] = set()
    monkeypatch.setattr(identity, "_is_barred", lambda visitor: identity.identify(visitor).key in barred)
    async with Browser(alices) as browser:
        barred.add(f"user:{alice.pk}")
        await database.run(revoking.recheck, who=[f"user:{alice.pk}"])
        assert await closed_with(browser) == 4503


async def test_a_stream_that_is_no_longer_ours_ends_and_the_socket_goes_on(notes: Notes) -> None:
    async with Browser() as browser:
        await browser.follow(STREAM)
        notes.may_follow = False
        await database.run(revoking.recheck, stream=STREAM)
        assert await browser.receive() == {
            "t": "err", "stream": STREAM, "code": "forbidden", "text": "This is not for you, or it does not exist.",
        }  # fmt: skip
        assert (await browser.ask(t="sync", stream=STREAM, seq=0))["code"] == "not_subscribed"


async def test_what_nobody_told_is_found_before_long(
    notes: Notes, alices: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.05)
    async with Browser(alices) as browser:
        await database.run(Session.objects.update, expire_date=timezone.now() - timedelta(seconds=1))
        assert await closed_with(browser) == 4503


async def test_another_process_hears_of_it_though_no_bell_rings(
    notes: Notes, alice: User, alices: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.1)
    async with Browser(alices) as browser:
        monkeypatch.setattr(doorbell, "ring", lambda *_: None)
        await change(alice, is_active=False)
        async with asyncio.timeout(1.5):
            assert await closed_with(browser) == 4503


async def test_nobody_may_listen_to_who_loses_what(notes: Notes, alice: User, alices: str) -> None:
    async with Browser(alices) as browser:
        assert (await browser.follow(revoking.STREAM))["code"] == "forbidden"


async def test_sessions_that_ran_out_are_swept_away_without_a_word(live: None, alices: str) -> None:
    before = await database.run(told)
    await database.run(Session.objects.update, expire_date=timezone.now() - timedelta(seconds=1))
    await database.run(Session.objects.all().delete)
    assert await database.run(told) == before


async def test_no_session_key_is_written_down(live: None, alice: User) -> None:
    client = Client()
    await database.run(client.force_login, alice)
    key = client.cookies["sessionid"].value
    await database.run(client.logout)
    assert (await database.run(told))[-1] == {"session": revoking.fingerprint(key)}
    assert key not in str(await database.run(told))
