"""A guest who logs in stays who they were."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from chat.live.visitors import Visitor
from chat.rooms import moderation
from chat.rooms.authors import author_of
from chat.rooms.claiming import claim_guest
from chat.rooms.marks import mark_read, unread_counts
from chat.rooms.models import Guest, Message, ReadMark, Room
from shop.customers.models import User
from tests.chat.rooms.people import ask, author, enter_as_guest, log_in, may_follow, new_guest, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines(frames: Room) -> Client:
    client = enter_as_guest(frames)
    assert ask(client, t="send", stream=frames.stream_key, cid="m", data={"text": "as a guest"}) == {"seq": 1}
    return client


def test_what_a_guest_said_is_the_users_who_logs_in(frames: Room, ines: Client, alice: User) -> None:
    ines.force_login(alice)
    guest = Guest.objects.get()
    assert guest.user == alice
    assert author(alice).keys == (f"user:{alice.pk}", f"guest:{guest.key}")
    [message] = ines.get("/chat/frames/").context["page"].messages
    assert (message.is_own, message.may_edit, message.may_delete) == (True, True, True)
    assert ines.get("/chat/frames/").context["own_keys"] == f"user:{alice.pk} guest:{guest.key}"
    assert ask(ines, t="edit", stream=frames.stream_key, cid="e", seq=1, data={"text": "as a user"}) == {"seq": 2}
    assert ask(ines, t="del", stream=frames.stream_key, cid="d", seq=1) == {"seq": 3}


def test_it_is_shown_under_the_name_that_it_was_said_under(frames: Room, ines: Client, alice: User) -> None:
    ines.force_login(alice)
    [message] = ines.get("/chat/frames/history").json()["messages"]
    assert (message["name"], message["guest"], message["author"]) == ("Ines", True, f"guest:{Guest.objects.get().key}")


def test_a_send_that_is_repeated_after_the_log_in_is_the_same_message(frames: Room, ines: Client, alice: User) -> None:
    ines.force_login(alice)
    assert ask(ines, t="send", stream=frames.stream_key, cid="m", data={"text": "as a guest"}) == {"seq": 1}
    assert ask(ines, t="send", stream=frames.stream_key, cid="n", data={"text": "as a user"}) == {"seq": 2}
    assert Message.objects.get(seq=2).user == alice


def test_a_log_in_by_the_form_does_it(frames: Room, ines: Client, alice: User) -> None:
    ines.post("/account/login/", {"login": alice.email, "password": "a long enough word"})
    assert Guest.objects.get().user == alice


def test_a_new_account_does_it_too(frames: Room, ines: Client) -> None:
    words = {"email": "ines@example.com", "password1": "a long enough word", "password2": "a long enough word"}
    ines.post("/account/signup/", words)
    assert Guest.objects.get().user == User.objects.get(email="ines@example.com")


def test_a_guest_of_one_user_is_never_anothers(frames: Room, ines: Client, alice: User, bob: User) -> None:
    copied: dict[str, Any] = dict(ines.session.items())
    ines.force_login(alice)
    thief = Client()
    session = thief.session
    session.update({"guest": copied["guest"]})
    session.save()
    thief.cookies["sessionid"] = session.session_key or ""
    assert author_of(Visitor(session=copied)) is None
    thief.force_login(bob)
    assert Guest.objects.get().user == alice
    assert author(bob).keys == (f"user:{bob.pk}",)
    assert ask(thief, t="del", stream=frames.stream_key, cid="d", seq=1)["code"] == "not_yours"
    assert not claim_guest(key=str(Guest.objects.get().key), user=bob)


def test_after_the_log_out_nobody_speaks_as_the_guest(frames: Room, ines: Client, alice: User) -> None:
    stream = f"guest:{Guest.objects.get().key}"
    ines.force_login(alice)
    assert may_follow(ines, stream)
    ines.logout()
    assert ask(ines, t="send", stream=frames.stream_key, cid="n", data={"text": "x"})["code"] == "name_needed"
    assert not may_follow(ines, stream)


def test_two_guests_on_two_devices_are_one_user(frames: Room, ines: Client, alice: User) -> None:
    other = enter_as_guest(frames, "Inés B")
    ask(other, t="send", stream=frames.stream_key, cid="m", data={"text": "elsewhere"})
    ines.force_login(alice)
    other.force_login(alice)
    messages = ines.get("/chat/frames/").context["page"].messages
    assert [message.is_own for message in messages] == [True, True]


def test_a_muted_guest_is_a_muted_user(frames: Room, ines: Client, alice: User, staff: User) -> None:
    moderation.mute(by=author(staff), message=Message.objects.get())
    ines.force_login(alice)
    assert ask(ines, t="send", stream=frames.stream_key, cid="n", data={"text": "x"})["code"] == "muted"


def test_read_marks_are_carried_over_and_never_go_back(frames: Room, ines: Client, alice: User, bob: User) -> None:
    walls, prints = (Room.objects.create(slug=slug, name=slug) for slug in ("walls", "prints"))
    for room in (frames, walls, prints):
        for _ in range(3):
            say(room, author(bob))
    guest = author(Guest.objects.get())
    mark_read(room=frames, author=guest, seq=3)
    mark_read(room=walls, author=guest, seq=1)
    mark_read(room=walls, author=author(alice), seq=2)
    mark_read(room=prints, author=author(alice), seq=1)
    ines.force_login(alice)
    marks = dict(ReadMark.objects.values_list("room__slug", "seq"))
    assert marks == {"frames": 3, "walls": 2, "prints": 1}
    assert set(ReadMark.objects.values_list("who", flat=True)) == {f"user:{alice.pk}"}


def test_what_one_said_as_a_guest_is_not_new_to_the_user(frames: Room, ines: Client, alice: User, bob: User) -> None:
    ask(ines, t="read", stream=frames.stream_key, seq=0)
    say(frames, author(bob))
    ines.force_login(alice)
    assert unread_counts(author(alice)) == {frames.pk: 1}
    assert ines.get("/chat/").context["rooms"][1].unread == 1


def test_who_comes_without_a_guest_claims_none(frames: Room, alice: User) -> None:
    new_guest()
    log_in(alice)
    assert Guest.objects.get().user is None
