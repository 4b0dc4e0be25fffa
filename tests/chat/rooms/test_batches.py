"""Several sends in one transaction: what one costs all cost, and what one is refused is nothing to the others."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from chat.live import kinds, protocol
from chat.live.models import Event
from chat.rooms import moderation
from chat.rooms.authors import Author
from chat.rooms.models import Message, Room
from chat.rooms.posting import Send, post_messages
from chat.rooms.refusals import Refused
from chat.rooms.sanctions import standings_of
from shop.customers.models import User
from tests.chat.rooms.people import author, enter_as_guest, log_in, new_guest, say, session_key

pytestmark = pytest.mark.django_db


def post(room: Room, *sends: Send) -> list[Any]:
    """The number that each message got, or the code of its refusal."""
    outcomes = post_messages(room=room, sends=sends, standings=standings_of(send.author for send in sends))
    return [outcome.code if isinstance(outcome, Refused) else outcome.seq for outcome in outcomes]


def frame(room: Room, client_id: str, **data: Any) -> protocol.Frame:
    return protocol.parse(json.dumps({"t": "send", "stream": room.stream_key, "cid": client_id, "data": data}))


def perform(room: Room, *asked: tuple[str, protocol.Frame]) -> list[Any]:
    answers = kinds.perform_batch(room.stream_key, "send", asked)
    return [answer.code if isinstance(answer, protocol.Refused) else answer["seq"] for answer in answers]


def queries_for(room: Room, sends: list[Send]) -> int:
    standings = standings_of(send.author for send in sends)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        post_messages(room=room, sends=sends, standings=standings)
    return len(captured)


@pytest.mark.usefixtures("no_haste")
def test_fifty_cost_as_many_queries_as_one(frames: Room, alice: User) -> None:
    def sends(count: int) -> list[Send]:
        guests = [new_guest(f"Guest {number}") for number in range(count)]
        return [Send(guest, f"Hello {number}", uuid.uuid4().hex) for number, guest in enumerate(guests)]

    say(frames, author(alice))
    assert queries_for(frames, sends(1)) == queries_for(frames, sends(50))
    assert Message.objects.count() == 52


def test_so_they_do_with_answers_and_names_in_them_and_limits_to_keep(frames: Room, alice: User, bob: User) -> None:
    first = say(frames, author(bob))

    def sends(count: int) -> list[Send]:
        guests = [new_guest(f"Guest {number}") for number in range(count)]
        text = "@Alice, @Bob: hello"
        return [Send(guest, text, uuid.uuid4().hex, reply_to=first.seq) for guest in guests]

    assert queries_for(frames, sends(1)) == queries_for(frames, sends(50))


def test_frames_of_many_sessions_are_as_few_queries_as_one(frames: Room) -> None:
    keys = [session_key(enter_as_guest(frames, f"Visitor {number}")) for number in range(21)]

    def queries(*sessions: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answers = perform(frames, *((key, frame(frames, uuid.uuid4().hex, text="Hi")) for key in sessions))
        assert all(isinstance(answer, int) for answer in answers)
        return len(captured)

    say(frames, new_guest())
    assert queries(keys[0]) == queries(*keys[1:])


def test_a_batch_is_one_transaction_of_few_statements(frames: Room, alice: User) -> None:
    sends = [Send(author(alice), "Hi", "a")]
    say(frames, new_guest())
    # The lock, client ids, two rates, events, number, messages; and the savepoint of a test.
    assert queries_for(frames, sends) <= 10


def test_each_gets_its_number_in_the_order_asked(frames: Room, alice: User, bob: User) -> None:
    assert post(frames, Send(author(alice), "a"), Send(author(bob), "b"), Send(author(alice), "c")) == [1, 2, 3]
    assert list(frames.messages.values_list("text", flat=True)) == ["a", "b", "c"]
    assert list(Event.objects.values_list("seq", "data__text")) == [(1, "a"), (2, "b"), (3, "c")]


def test_one_refusal_is_nothing_to_the_others(frames: Room, alice: User, bob: User, settings: Settings) -> None:
    settings.CHAT_RATE_USER = (3, 10)
    muted, hasty = new_guest("Muted"), author(bob)
    said = say(frames, muted)
    moderation.mute(by=Author("user:0", "Staff", user=None, is_staff=True), message=said)
    say(frames, author(alice), "first", client_id="used")
    outcomes = post(
        frames,
        Send(author(alice), "good"),
        Send(author(alice), " \n"),
        Send(author(alice), "x" * 2001),
        Send(author(alice), "a\x00"),
        Send(muted, "let me"),
        Send(author(alice), "another", "used"),
        Send(author(alice), "an answer to nothing", reply_to=999),
        *(Send(hasty, f"quick {number}") for number in range(5)),
        Send(author(alice), "good, too"),
    )
    assert outcomes == [
        3,
        "text_empty",
        "text_long",
        "text_control",
        "muted",
        "cid_used",
        "bad_data",
        4,
        5,
        6,
        "rate",
        "rate",
        7,
    ]
    assert list(Event.objects.values_list("seq", flat=True)) == list(range(1, 8))


def test_only_refusals_lock_and_write_nothing(frames: Room, alice: User) -> None:
    assert post(frames, Send(author(alice), ""), Send(author(alice), "\n")) == ["text_empty", "text_empty"]
    assert not Event.objects.exists()


def test_a_client_id_is_one_message_within_a_batch_and_across(frames: Room, alice: User, bob: User) -> None:
    assert post(frames, Send(author(alice), "Hi", "c"), Send(author(alice), "Hi", "c")) == [1, 1]
    again = post(frames, Send(author(bob), "Hi", "c"), Send(author(alice), "Hi", "c"), Send(author(alice), "Yo", "c"))
    assert again == [2, 1, "cid_used"]
    assert Message.objects.count() == Event.objects.count() == 2


def test_another_answer_under_a_used_client_id_is_another_message(frames: Room, alice: User) -> None:
    say(frames, author(alice), "Hi", client_id="c")
    assert post(frames, Send(author(alice), "Hi", "c", reply_to=1)) == ["cid_used"]


def test_what_was_kept_is_confirmed_even_to_who_was_muted_since(frames: Room, alice: User, staff: User) -> None:
    message = say(frames, author(alice), "Hi", client_id="c")
    moderation.mute(by=author(staff), message=message)
    assert post(frames, Send(author(alice), "Hi", "c"), Send(author(alice), "Hi", "d")) == [1, "muted"]


def test_the_haste_of_a_batch_counts_itself(frames: Room, alice: User, settings: Settings) -> None:
    settings.CHAT_RATE_USER = (2, 10)
    assert post(frames, *(Send(author(alice), str(n)) for n in range(4))) == [1, 2, "rate", "rate"]


def test_a_session_without_a_name_a_wrong_one_and_a_good_one(frames: Room, staff_room: Room, alice: User) -> None:
    good = session_key(log_in(alice))
    answers = perform(
        frames,
        ("", frame(frames, "a", text="x")),
        ("nosuchsession1234", frame(frames, "b", text="x")),
        ("\x00'", frame(frames, "c", text="x")),
        (good, frame(frames, "d", text="x")),
        (good, frame(frames, "e", text=5)),
        (good, frame(frames, "f")),
        (good, frame(frames, "g", text="x", more=1)),
        (good, frame(frames, "h", text="x", reply=True)),
        (good, frame(frames, "i", text="x", reply="1")),
        (good, frame(frames, "j", text="x", reply=0)),
        (good, frame(frames, "k", text="x", reply=1.5)),
        (good, frame(frames, "l", text="answer", reply=1)),
    )
    assert answers == ["name_needed"] * 3 + [1] + ["bad_data"] * 8
    assert perform(staff_room, (good, frame(staff_room, "d", text="x"))) == ["forbidden"]


def test_a_frame_on_its_own_is_a_batch_of_one(frames: Room, alice: User) -> None:
    key = session_key(log_in(alice))
    assert kinds.is_batched(frames.stream_key, "send")
    assert kinds.perform(key, frame(frames, "a", text="x")) == {"seq": 1}
    with pytest.raises(protocol.Refused, match="at most"):
        kinds.perform(key, frame(frames, "b", text="x" * 3000))


def test_a_room_that_is_not_there_refuses_all(alice: User) -> None:
    nowhere = Room(pk=987654, slug="x", name="x")
    answers = perform(nowhere, (session_key(log_in(alice)), frame(nowhere, "a", text="x")), ("", frame(nowhere, "b")))
    assert answers == ["forbidden", "forbidden"]
