"""Several who do things in one room at once. Tests that take a lock away prove that the others could fail."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, transaction

from chat.live import publish
from chat.live.models import Event, Stream
from chat.rooms import editing
from chat.rooms.authors import Author
from chat.rooms.marks import mark_read
from chat.rooms.models import Message, ReadMark, Room
from chat.rooms.posting import Send, post_messages
from chat.rooms.refusals import Refused
from chat.rooms.sanctions import standings_of
from shop.customers.models import User
from tests.chat.rooms.people import author, new_guest, say
from tests.shop.racing import all_at_once, postgres_under_test  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_haste")]

THREADS = 4
BATCHES = 8


def post(room: Room, batches: Sequence[Sequence[Send]]) -> list[dict[tuple[str, str], int]]:
    """The numbers of what each batch said, by author and client id."""
    said = []
    for sends in batches:
        outcomes = post_messages(room=room, sends=sends, standings=standings_of(send.author for send in sends))
        numbers = [outcome.seq for outcome in outcomes if isinstance(outcome, Message)]
        said.append(dict(zip([(send.author.key, send.client_id) for send in sends], numbers, strict=True)))
    return said


def batches_of(people: Sequence[Author], seed: int) -> list[list[Send]]:
    """Each thread sends most of what the others send as well, under the same client ids: as a browser that lost its
    socket does, while the first socket's process is still at it."""
    dice = random.Random(seed)
    found = []
    for batch in range(BATCHES):
        sends = [Send(person, f"{batch} {n}", f"{batch}-{n}") for n, person in enumerate(people) for _ in range(2)]
        dice.shuffle(sends)
        found.append(sends[: dice.randint(3, len(sends))])
    return found


def race(room: Room, people: Sequence[Author]) -> list[Any]:
    return all_at_once([partial(post, room, batches_of(people, seed)) for seed in range(THREADS)])


def test_two_batches_at_once_leave_no_gap_and_say_nothing_twice(frames: Room) -> None:
    people = [new_guest(f"Friend{letter}") for letter in "abcdef"]
    results = race(frames, people)
    assert [result for result in results if isinstance(result, Exception)] == []
    seqs = list(Event.objects.filter(stream__key=frames.stream_key).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, Stream.objects.get(key=frames.stream_key).last_seq + 1))
    assert seqs == list(frames.messages.order_by("seq").values_list("seq", flat=True))
    numbers: dict[tuple[str, str], set[int]] = {}
    for said in (said for batches in results for said in batches):
        for send, seq in said.items():
            numbers.setdefault(send, set()).add(seq)
    assert all(len(found) == 1 for found in numbers.values()), "one client id became two messages"
    assert len(numbers) == len(seqs)


@pytest.mark.postgres
def test_without_the_lock_they_would(frames: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    Stream.objects.create(key=frames.stream_key)
    monkeypatch.setattr(publish, "_locked", lambda key: Stream.objects.get(key=key))
    results = race(frames, [new_guest(f"Friend{letter}") for letter in "abcdef"])
    assert [result for result in results if isinstance(result, Exception)], "this test proves nothing"


def cross(room: Room, other: Room, first: Author, second: Author) -> list[Any]:
    """In two rooms two people name the same two others, in different order."""
    speakers = [new_guest("Olga"), new_guest("Pia")]
    for place in (room, other):
        say(place, first)
        say(place, second)
    texts = [f"@{first.name} @{second.name}", f"@{second.name} @{first.name}"]
    rooms = [room, other]
    return all_at_once([partial(say, rooms[n], speakers[n], texts[n]) for n in range(2)])


@pytest.mark.postgres
def test_two_who_name_the_same_people_do_not_wait_for_each_other(frames: Room) -> None:
    walls, first, second = Room.objects.create(slug="walls", name="Walls"), new_guest("Ana"), new_guest("Bea")
    for _ in range(10):
        assert [type(result) for result in cross(frames, walls, first, second)] == [Message, Message]
    assert [Event.objects.filter(stream__key=person.key).count() for person in (first, second)] == [20, 20]


@pytest.mark.postgres
def test_in_the_order_of_the_text_they_would(frames: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    met = threading.Barrier(2)

    def append_unsorted(told: Iterable[publish.Told]) -> None:
        for place, one in enumerate(told):
            publish.append(one.stream_key, one.kind, {})
            if place == 0:
                met.wait(timeout=10)

    walls, first, second = Room.objects.create(slug="walls", name="Walls"), new_guest("Ana"), new_guest("Bea")
    for person in (first, second):
        Stream.objects.create(key=person.key)
    say(frames, first)
    monkeypatch.setattr(publish, "append_all", append_unsorted)
    results = cross(frames, walls, first, second)
    assert [type(result) for result in results if isinstance(result, Exception)] == [OperationalError]


def edit_often(room: Room, person: Author) -> None:
    for number in range(20):
        try:
            editing.edit_message(room=room, author=person, seq=1, text=f"secret {number}")
        except Refused as refusal:
            assert refusal.code == "gone"  # noqa: PT017 - it comes sooner or later
            return


@pytest.mark.parametrize("_again", range(5))
def test_an_edit_brings_back_nothing_that_is_deleted_meanwhile(frames: Room, alice: User, _again: int) -> None:
    person = author(alice)
    say(frames, person, "secret")
    delete: Callable[[], Any] = partial(editing.delete_message, room=frames, author=person, seq=1)
    results = all_at_once([partial(edit_often, frames, person), delete])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert "secret" not in str([*Event.objects.values_list("data"), *Message.objects.values_list("text")])


def test_two_tabs_that_read_at_once_leave_the_further_mark(frames: Room, alice: User) -> None:
    person = author(alice)
    for _ in range(12):
        say(frames, person)
    results = all_at_once([partial(mark_read, room=frames, author=person, seq=seq) for seq in range(1, 9)])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert ReadMark.objects.get().seq == 8


def test_a_batch_that_fails_leaves_nothing(frames: Room, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_words: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("chat.rooms.posting.tell_people", fail)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        say(frames, author(alice))
    assert not Message.objects.exists()
    assert not Event.objects.exists()
