"""Several sends share a commit, and each gets its own answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import Settings

from chat.live import commits, database
from chat.live.models import Event
from chat.live.protocol import Frame, Refused
from shop.customers.models import User
from tests.chat.live.notes import Notes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


@pytest.fixture
def session(alice: User, session_of: Callable[[User], str]) -> str:
    return session_of(alice)


def note(text: str, cid: str = "") -> Frame:
    return Frame("send", None, {"stream": "note:a", "cid": cid or text, "data": {"text": text}})


async def perform(session: str, *texts: str) -> list[Any]:
    sends = (commits.perform(session, note(text)) for text in texts)
    answers: list[Any] = await asyncio.gather(*sends, return_exceptions=True)
    return answers


async def test_what_comes_while_one_commit_is_under_way_goes_together_in_the_next(
    notes: Notes, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = notes.send

    def send_slowly(*words: Any) -> Any:
        time.sleep(0.05)
        return send(*words)

    monkeypatch.setattr(notes, "send", send_slowly)
    words = [f"{number}" for number in range(20)]
    answers = await perform(session, *words)
    assert [answer["seq"] for answer in answers] == list(range(1, 21))
    assert len(notes.batches) <= 3
    assert sum(notes.batches) == 20


async def test_nobody_waits_for_company(notes: Notes, session: str) -> None:
    assert await commits.perform(session, note("alone")) == {"seq": 1}
    assert notes.batches == [1]


async def test_one_commit_takes_no_more_than_the_settings_say(notes: Notes, session: str, settings: Settings) -> None:
    settings.LIVE_SENDS_A_COMMIT = 1
    await perform(session, "a", "b", "c")
    assert notes.batches == [1, 1, 1]


async def test_one_that_fails_takes_no_other_along(notes: Notes, session: str) -> None:
    answers = await perform(session, "first", "a", "poison", "b")
    assert [type(answer) for answer in answers] == [dict, dict, ZeroDivisionError, dict]
    kept = await database.run(lambda: [event.data["text"] for event in Event.objects.filter(kind="note")])
    assert sorted(kept) == ["a", "b", "first"]


async def test_one_that_is_refused_takes_no_other_along(notes: Notes, session: str) -> None:
    answers = await asyncio.gather(
        commits.perform(session, note("first")),
        commits.perform("", note("nameless")),
        commits.perform(session, note("last")),
        return_exceptions=True,
    )
    assert isinstance(answers[1], Refused)
    assert [answers[0], answers[2]] == [{"seq": 1}, {"seq": 2}]


async def test_a_database_that_is_away_is_told_to_each(
    notes: Notes, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr("chat.live.kinds.perform_batch", fail)
    answers = await perform(session, "a", "b", "c")
    assert [type(answer) for answer in answers] == [OperationalError] * 3


async def test_who_has_gone_holds_up_nobody(notes: Notes, session: str) -> None:
    gone = asyncio.ensure_future(commits.perform(session, note("gone")))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await commits.perform(session, note("here")))["seq"] in {1, 2}
