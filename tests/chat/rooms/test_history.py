"""What was said is read both ways, and no page is more than a frame holds."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.live.protocol import MAX_SENT_BYTES, encode_json
from chat.rooms.history import Page, page_after, page_around, page_before, page_json
from chat.rooms.models import Message, Room
from tests.chat.rooms.people import ask

pytestmark = pytest.mark.django_db

LONG = "\N{WAVE DASH}" * 2000


def fill(room: Room, seqs: Any, text: str = "x") -> None:
    said = {"room": room, "author_name": "Ines", "text": text, "sent_at": "2026-11-01T10:00Z"}
    Message.objects.bulk_create(Message(seq=seq, **said) for seq in seqs)


def shown(page: Page) -> tuple[list[int], bool, bool]:
    return [message.seq for message in page.messages], page.has_older, page.has_newer


def test_an_empty_room_has_an_empty_page(frames: Room) -> None:
    for page in (page_before(frames), page_before(frames, 5), page_after(frames, 0), page_around(frames, 1)):
        assert shown(page) == ([], False, False)
        assert page_json(page) == {"messages": [], "older": False, "newer": False}


def test_pages_go_both_ways_and_know_what_is_beyond(frames: Room) -> None:
    fill(frames, range(1, 11))
    assert shown(page_before(frames, limit=3)) == ([8, 9, 10], True, False)
    assert shown(page_before(frames, 8, limit=3)) == ([5, 6, 7], True, True)
    assert shown(page_before(frames, 4, limit=3)) == ([1, 2, 3], False, True)
    assert shown(page_before(frames, 1, limit=3)) == ([], False, True)
    assert shown(page_after(frames, 0, limit=3)) == ([1, 2, 3], False, True)
    assert shown(page_after(frames, 7, limit=3)) == ([8, 9, 10], True, False)
    assert shown(page_after(frames, 10, limit=3)) == ([], True, False)
    assert shown(page_around(frames, 5, limit=4)) == ([3, 4, 5, 6], True, True)
    assert shown(page_around(frames, 1, limit=4)) == ([1, 2], False, True)
    assert shown(page_around(frames, 10, limit=4)) == ([8, 9, 10], True, False)
    assert shown(page_around(frames, 99, limit=4)) == ([9, 10], True, False)
    assert shown(page_around(frames, 5, limit=1)) == ([5], True, True)


def test_numbers_that_are_no_messages_are_passed_over(frames: Room) -> None:
    fill(frames, [2, 5, 9, 14])
    assert shown(page_around(frames, 6, limit=2)) == ([5, 9], True, True)
    assert shown(page_after(frames, 5, limit=9)) == ([9, 14], True, False)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seqs=st.sets(st.integers(1, 60), max_size=30), seq=st.integers(0, 70), limit=st.integers(1, 20))
def test_every_page_is_a_part_without_holes(frames: Room, seqs: set[int], seq: int, limit: int) -> None:
    Message.objects.all().delete()
    fill(frames, seqs)
    everything = sorted(seqs)
    for page in (
        page_before(frames, seq, limit=limit),
        page_after(frames, seq, limit=limit),
        page_around(frames, seq, limit=limit),
    ):
        found, has_older, has_newer = shown(page)
        assert len(found) <= limit
        if found:
            first, last = everything.index(found[0]), everything.index(found[-1])
            assert found == everything[first : last + 1]
            assert (has_older, has_newer) == (first > 0, last < len(everything) - 1)


def test_a_frame_that_cannot_hold_all_leaves_out_what_is_farthest(frames: Room) -> None:
    fill(frames, range(1, 61), LONG)
    for page, is_kept in (
        (page_before(frames), lambda seqs: seqs[-1] == 60),
        (page_after(frames, 10), lambda seqs: seqs[0] == 11),
        (page_around(frames, 30), lambda seqs: 30 in (seqs[len(seqs) // 2 - 1], seqs[len(seqs) // 2])),
    ):
        content = page_json(page)
        seqs = [message["seq"] for message in content["messages"]]
        assert len(encode_json(content).encode()) < MAX_SENT_BYTES
        assert seqs == list(range(seqs[0], seqs[-1] + 1))
        assert is_kept(seqs)
        assert (content["older"], content["newer"]) == (seqs[0] > 1, seqs[-1] < 60)


@pytest.mark.parametrize("way", ["before", "after"])
def test_who_pages_on_sees_everything_once(frames: Room, way: str) -> None:
    fill(frames, range(1, 41), LONG)
    found: list[int] = []
    place, more = (41, True) if way == "before" else (0, True)
    while more:
        data = ask(Client(), t="hist", stream=frames.stream_key, limit=100, **{way: place})["data"]
        seqs = [message["seq"] for message in data["messages"]]
        found = seqs + found if way == "before" else found + seqs
        place, more = (seqs[0], data["older"]) if way == "before" else (seqs[-1], data["newer"])
    assert found == list(range(1, 41))


def test_the_frame_and_the_address_say_the_same(frames: Room) -> None:
    fill(frames, range(1, 121))
    for asked in ({}, {"before": 50}, {"after": 50}, {"around": 50}, {"limit": 3}, {"after": 0, "limit": 100}):
        data = ask(Client(), t="hist", stream=frames.stream_key, **asked)["data"]
        assert Client().get("/chat/frames/history", asked).json() == data
        assert data["messages"]


def test_an_answer_says_what_it_answers(frames: Room) -> None:
    fill(frames, [1, 2])
    Message.objects.filter(seq=2).update(reply_to=1)
    first, second = Client().get("/chat/frames/history").json()["messages"]
    assert ("reply" in first, second["reply"]) == (False, 1)


@pytest.mark.parametrize("word", ["nonsense", "-1", "", "1.5", "٣", "9" * 30, "0x10", "1e3", " 1", "\x00"])
def test_what_is_no_number_counts_as_nothing(frames: Room, word: str) -> None:
    fill(frames, range(1, 4))
    for name in ("before", "after", "around", "limit"):
        assert len(Client().get("/chat/frames/history", {name: word}).json()["messages"]) == 3
        assert Client().get("/chat/frames/", {name: word}).status_code == 200


def test_a_page_has_at_most_a_hundred(frames: Room) -> None:
    fill(frames, range(1, 131))
    assert len(Client().get("/chat/frames/history?limit=999").json()["messages"]) == 100
    assert len(Client().get("/chat/frames/history?limit=0").json()["messages"]) == 50
