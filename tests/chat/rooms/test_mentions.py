"""Who is named or answered hears of it, wherever in the shop they are, and nobody else does."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from chat.live.models import Event
from chat.rooms import mentions, moderation
from chat.rooms.authors import Author
from chat.rooms.models import Guest, Message, Room
from chat.rooms.notices import MENTIONS_A_MESSAGE
from chat.rooms.refusals import Refused
from shop.customers.models import User
from tests.chat.rooms.people import ask, author, enter_as_guest, log_in, may_follow, new_guest, say

pytestmark = pytest.mark.django_db


def told(person: Author) -> list[tuple[str, int]]:
    """(kind, number of the message) of what the person heard."""
    events = Event.objects.filter(stream__key=person.key).order_by("seq")
    return [(event.kind, event.data["seq"]) for event in events]


def test_who_is_named_hears_who_did_it_and_where(frames: Room, alice: User, bob: User) -> None:
    say(frames, author(alice), "Look at this, @Bob!")
    event = Event.objects.get(stream__key=f"user:{bob.pk}")
    assert (event.kind, event.author) == ("chat.mention", f"user:{alice.pk}")
    assert event.data == {"name": "Alice", "room": "Frames", "seq": 1, "url": "/chat/frames/?at=1#m1"}


def test_a_guest_who_spoke_lately_hears_it_too(frames: Room, alice: User) -> None:
    ines = new_guest("Ines")
    say(frames, author(alice), "@Ines are you there?")
    assert told(ines) == []
    say(frames, ines)
    say(frames, author(alice), "@ines there you are")
    assert told(ines) == [("chat.mention", 3)]


@pytest.mark.parametrize(
    "text",
    ["@Bob", "hey @bob", "@BOB: hi", "(@Bob)", "@Bob's", "*@Bob*", "¡@Bob!", "@Bob @Bob", "@Bob\nhi", "@Bobby @Bob"],
)
def test_a_name_is_read_whatever_stands_around_it(frames: Room, alice: User, bob: User, text: str) -> None:
    say(frames, author(alice), text)
    assert told(author(bob)) == [("chat.mention", 1)]


@pytest.mark.parametrize(
    "text", ["Bob", "@Bobby", "mail@bob", "alice@Bob", "@ Bob", "@@", "@", "@Bo b", "@B", "@1", "@%_"]
)
def test_no_other_word_is_a_name(frames: Room, alice: User, bob: User, text: str) -> None:
    say(frames, author(alice), text)
    assert not Event.objects.exclude(kind="message").exists()


def test_the_longest_name_is_meant(frames: Room, alice: User) -> None:
    ana, ana_l, ana_maria = new_guest("Ana"), new_guest("Ana L."), new_guest("Ana Maria")
    for guest in (ana, ana_l, ana_maria):
        say(frames, guest)
    say(frames, author(alice), "@Ana Maria, hello")
    say(frames, author(alice), "@Ana L. hello")
    say(frames, author(alice), "@Ana Lucia hello")
    assert (told(ana), told(ana_l), told(ana_maria)) == (
        [("chat.mention", 6)],
        [("chat.mention", 5)],
        [("chat.mention", 4)],
    )


def test_somebody_who_is_known_by_the_address_is_named_so(frames: Room, alice: User) -> None:
    carol = User.objects.create_user("carol@example.com")
    say(frames, author(alice), "@Carol hello")
    assert told(author(carol)) == [("chat.mention", 1)]


def test_of_two_with_one_name_those_who_spoke_are_meant(frames: Room, alice: User, bob: User) -> None:
    other = User.objects.create_user("bob2@example.com", name="Bob")
    say(frames, author(alice), "@Bob which one?")
    assert not told(author(bob)) + told(author(other))
    say(frames, author(other))
    say(frames, author(alice), "@Bob that one")
    assert (told(author(bob)), told(author(other))) == ([], [("chat.mention", 3)])


def test_nobody_hears_of_themselves(frames: Room, alice: User) -> None:
    first = say(frames, author(alice), "@Alice")
    say(frames, author(alice), "as I said", reply_to=first.seq)
    assert told(author(alice)) == []


def test_who_is_answered_hears_it_once_whatever_the_text_says(frames: Room, alice: User, bob: User) -> None:
    first = say(frames, author(bob))
    answer = say(frames, author(alice), "@Bob yes, @Bob", reply_to=first.seq)
    assert told(author(bob)) == [("chat.reply", 2)]
    assert (answer.reply_to, Event.objects.get(stream__key=frames.stream_key, seq=2).data["reply"]) == (1, 1)


def test_a_message_names_only_so_many(frames: Room, alice: User) -> None:
    guests = [new_guest(f"Friend{letter}") for letter in "abcdefgh"]
    for guest in guests:
        say(frames, guest)
    say(frames, author(alice), " ".join(f"@{guest.name}" for guest in guests))
    assert [len(told(guest)) for guest in guests] == [1] * MENTIONS_A_MESSAGE + [0] * 3


def test_what_was_never_said_cannot_be_answered(frames: Room, alice: User) -> None:
    walls = Room.objects.create(slug="walls", name="Walls")
    elsewhere = [say(walls, author(alice)) for _ in range(3)][-1]
    gone = say(frames, author(alice))
    moderation.delete_as(author=author(alice), room=frames, seq=gone.seq)
    for seq in (elsewhere.seq, gone.seq, 2**53 - 1):
        with pytest.raises(Refused) as refusal:
            say(frames, author(alice), "what?", reply_to=seq)
        assert refusal.value.code == "bad_data"


def test_a_private_room_is_whispered_of_to_nobody_outside(staff_room: Room, alice: User, staff: User) -> None:
    colleague = User.objects.create_user("colleague@example.com", name="Dora", is_staff=True)
    outsider = Message.objects.create(
        room=staff_room,
        seq=0,
        user=alice,
        author_name="Alice",
        text="before it was private",
        sent_at="2026-01-01T00:00Z",
    )
    say(staff_room, author(staff), "@Alice and @Dora", reply_to=outsider.seq)
    assert told(author(alice)) == []
    assert told(author(colleague)) == [("chat.mention", 1)]


def test_who_is_banned_hears_nothing(frames: Room, alice: User, bob: User, staff: User) -> None:
    ines = new_guest("Ines")
    for person in (author(bob), ines):
        moderation.ban(by=author(staff), message=say(frames, person))
    say(frames, author(alice), "@Bob @Ines", reply_to=1)
    assert told(author(bob)) == told(ines) == []


def test_a_guest_who_has_logged_in_hears_it_as_a_user(frames: Room, alice: User, bob: User) -> None:
    ines = new_guest("Ines")
    first = say(frames, ines)
    Guest.objects.update(user=bob)
    say(frames, author(alice), "@Ines")
    say(frames, author(alice), "yes", reply_to=first.seq)
    assert told(author(bob)) == [("chat.mention", 2), ("chat.reply", 3)]
    say(frames, author(bob), "@Ines", reply_to=first.seq)
    assert len(told(author(bob))) == 2


def test_whoever_has_not_spoken_for_long_is_named_no_more(
    frames: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mentions, "LATELY_MESSAGES", 3)
    ines = new_guest("Ines")
    say(frames, ines)
    for text in ("a", "b", "@Ines", "@Ines"):
        say(frames, author(alice), text)
    assert told(ines) == [("chat.mention", 4)]


def test_an_edit_tells_nobody_anew(frames: Room, alice: User, bob: User) -> None:
    client = log_in(alice)
    ask(client, t="send", stream=frames.stream_key, cid="m", data={"text": "@Bob"})
    ask(client, t="edit", stream=frames.stream_key, cid="e", seq=1, data={"text": "@Bob, again"})
    assert told(author(bob)) == [("chat.mention", 1)]


def test_a_guests_stream_is_the_guests_alone(frames: Room, alice: User, staff: User) -> None:
    ines, olga = enter_as_guest(frames), enter_as_guest(frames, "Olga")
    [stream, other] = [f"guest:{guest.key}" for guest in Guest.objects.order_by("pk")]
    assert (may_follow(ines, stream), may_follow(olga, other)) == (True, True)
    for client in (olga, log_in(alice), log_in(staff), Client()):
        assert not may_follow(client, stream)
    for nonsense in ("guest:x", f"guest:{stream.removeprefix('guest:').upper()}", "guest:0", "guest:-"):
        assert not may_follow(ines, nonsense)


def test_many_signs_are_no_work(frames: Room, alice: User) -> None:
    texts: list[Any] = ["@a " * 600, "@" * 2000, "@" + "a " * 900, "@" + "a" * 1999, "@a.b." * 390]
    for text in texts:
        assert say(frames, author(alice), text).text == text.strip()
