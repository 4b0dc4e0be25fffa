"""How fast one may talk, by the limits of the settings, and when it is time again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from chat.live.models import Event
from chat.rooms import editing
from chat.rooms.authors import Author
from chat.rooms.editing import edit_message
from chat.rooms.models import Message, Room
from chat.rooms.refusals import Refused
from shop.customers.models import User
from tests.chat.rooms.people import author, new_guest, say

pytestmark = pytest.mark.django_db


def age(seconds: float, **which: Any) -> None:
    """Make what was said older than it is."""
    by = timedelta(seconds=seconds)
    for message in Message.objects.filter(**which):
        Message.objects.filter(pk=message.pk).update(sent_at=message.sent_at - by)
        Event.objects.filter(seq=message.seq).update(at=message.sent_at - by)


def retry_ms(room: Room, author: Author) -> int:
    with pytest.raises(Refused) as refusal:
        say(room, author, "one too many")
    assert refusal.value.code == "rate"
    assert refusal.value.retry_ms is not None
    return refusal.value.retry_ms


def test_users_and_guests_have_limits_of_their_own(frames: Room, alice: User, settings: Settings) -> None:
    settings.CHAT_RATE_USER, settings.CHAT_RATE_GUEST = (3, 10), (2, 10)
    user, guest = author(alice), new_guest()
    for _ in range(2):
        say(frames, user)
        say(frames, guest)
    assert retry_ms(frames, guest)
    say(frames, user)
    assert retry_ms(frames, user)


def test_a_refusal_leaves_no_number_behind(frames: Room, alice: User, settings: Settings) -> None:
    settings.CHAT_RATE_USER = (2, 10)
    for _ in range(2):
        say(frames, author(alice))
    retry_ms(frames, author(alice))
    assert list(Event.objects.values_list("seq", flat=True)) == [1, 2]


def test_the_time_that_is_told_is_the_right_one(frames: Room, alice: User, settings: Settings) -> None:
    settings.CHAT_RATE_USER = (2, 10)
    say(frames, author(alice), "first")
    age(6)
    say(frames, author(alice), "second")
    wait = retry_ms(frames, author(alice))
    assert 3000 < wait <= 4001
    age(wait / 1000)
    say(frames, author(alice), "in time")
    assert retry_ms(frames, author(alice)) > 4001


def test_the_haste_of_one_is_not_anothers(frames: Room, alice: User, bob: User, settings: Settings) -> None:
    settings.CHAT_RATE_USER = (1, 10)
    say(frames, author(alice))
    assert say(frames, author(bob))
    assert say(frames, new_guest())


def test_all_rooms_together_count(frames: Room, alice: User, settings: Settings) -> None:
    settings.CHAT_RATE_USER = (1, 10)
    say(frames, author(alice))
    assert retry_ms(Room.objects.create(slug="walls", name="Walls"), author(alice))


def test_a_room_has_a_limit_whoever_speaks(frames: Room, alice: User, bob: User, settings: Settings) -> None:
    settings.CHAT_RATE_ROOM = (3, 10)
    say(frames, author(alice))
    age(4)
    say(frames, author(bob))
    say(frames, new_guest())
    wait = retry_ms(frames, new_guest("Olga"))
    assert 5000 < wait <= 6001
    assert say(Room.objects.create(slug="walls", name="Walls"), author(alice))
    age(wait / 1000, room=frames)
    assert say(frames, new_guest("Olga"))
    assert retry_ms(frames, new_guest("Olga"))


def test_without_limits_everything_is_said(frames: Room, alice: User, no_haste: None) -> None:
    for _ in range(120):
        say(frames, author(alice))
    assert Message.objects.count() == 120


def test_what_a_wrong_clock_dated_ahead_silences_nobody(frames: Room, alice: User, settings: Settings) -> None:
    settings.CHAT_RATE_USER = settings.CHAT_RATE_ROOM = (1, 10)
    say(frames, author(alice))
    age(-3600)
    assert say(frames, author(alice))


def test_edits_are_counted_too(frames: Room, alice: User, settings: Settings) -> None:
    settings.CHAT_RATE_USER = (4, 10)
    say(frames, author(alice))
    for number in range(3):
        edit_message(room=frames, author=author(alice), seq=1, text=f"otherwise {number}")
    with pytest.raises(Refused) as refusal:
        edit_message(room=frames, author=author(alice), seq=1, text="once more")
    assert (refusal.value.code, 9000 < (refusal.value.retry_ms or 0) <= 10001) == ("rate", True)
    Event.objects.update(at=timezone.now() - timedelta(seconds=10))
    edit_message(room=frames, author=author(alice), seq=1, text="once more")


def test_nobody_edits_a_room_to_a_standstill(frames: Room, alice: User, bob: User, settings: Settings) -> None:
    settings.CHAT_RATE_ROOM = (2, 10)
    say(frames, author(alice))
    edit_message(room=frames, author=author(alice), seq=1, text="otherwise")
    with pytest.raises(Refused, match="Many"):
        edit_message(room=frames, author=author(alice), seq=1, text="once more")
    assert retry_ms(frames, author(bob))


def test_to_take_back_is_never_too_fast(frames: Room, alice: User, settings: Settings) -> None:
    settings.CHAT_RATE_USER = settings.CHAT_RATE_ROOM = (2, 10)
    for _ in range(2):
        say(frames, author(alice))
    for seq in (1, 2):
        editing.delete_message(room=frames, author=author(alice), seq=seq)
