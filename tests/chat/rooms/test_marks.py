"""How far somebody has read, and what is new to them: in the rooms, and in the header of any page."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from chat.live.models import Stream
from chat.rooms import moderation
from chat.rooms.marks import mark_read, read_seq, unread_counts
from chat.rooms.models import Guest, Message, ReadMark, Room
from chat.rooms.unread import STREAMS_FOLLOWED, Unread, unread_of
from shop.customers.models import User
from tests.chat.rooms.people import ask, author, enter_as_guest, log_in, new_guest, say, session_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_haste")]


def unread(client: Client) -> Unread:
    """As a page's header asks, with session and user as the middleware has them."""
    request = RequestFactory().get("/")
    request.session = client.session
    request.user = client.get("/chat/").context["user"] if session_key(client) else AnonymousUser()
    context = Context({"request": request})
    Template("{% load chat %}{% chat_unread as unread %}").render(context)
    found: Unread = context["unread"]
    return found


def test_a_mark_goes_on_and_never_back(frames: Room, alice: User, bob: User) -> None:
    for _ in range(5):
        say(frames, author(bob))
    assert read_seq(frames, author(alice)) == 0
    assert [mark_read(room=frames, author=author(alice), seq=seq) for seq in (2, 4, 1, 4)] == [2, 4, 4, 4]
    assert read_seq(frames, author(alice)) == 4
    assert (read_seq(frames, author(bob)), read_seq(frames, None)) == (0, 0)


def test_nobody_reads_what_is_not_said_yet(frames: Room, alice: User, bob: User) -> None:
    say(frames, author(bob))
    assert mark_read(room=frames, author=author(alice), seq=2**53 - 1) == 1
    say(frames, author(bob))
    assert unread_counts(author(alice)) == {frames.pk: 1}
    assert mark_read(room=Room.objects.create(slug="empty", name="Empty"), author=author(alice), seq=7) == 0


def test_the_frame_gives_what_was_reached(frames: Room, alice: User, bob: User) -> None:
    for _ in range(3):
        say(frames, author(bob))
    client = log_in(alice)
    assert ask(client, t="read", stream=frames.stream_key, seq=2) == {"seq": 2}
    assert ask(client, t="read", stream=frames.stream_key, seq=1) == {"seq": 2}
    assert ask(enter_as_guest(frames), t="read", stream=frames.stream_key, seq=0) == {"seq": 0}
    assert ask(Client(), t="read", stream=frames.stream_key, seq=2)["code"] == "name_needed"


def test_what_is_new_is_what_others_said_since(frames: Room, alice: User, bob: User) -> None:
    walls = Room.objects.create(slug="walls", name="Walls")
    for room in (frames, walls):
        for _ in range(4):
            say(room, author(bob))
    assert unread_counts(author(alice)) == {}, "a room without a mark is not waited for"
    mark_read(room=frames, author=author(alice), seq=1)
    mark_read(room=walls, author=author(alice), seq=4)
    say(frames, author(alice))
    moderation.delete_as(author=author(bob), room=frames, seq=3)
    assert unread_counts(author(alice)) == {frames.pk: 2, walls.pk: 0}
    assert unread_counts(None) == {}


def test_a_guests_own_words_are_not_new_to_them(frames: Room, bob: User) -> None:
    ines = new_guest()
    say(frames, author(bob))
    mark_read(room=frames, author=ines, seq=1)
    say(frames, ines)
    say(frames, author(bob))
    assert unread_counts(ines) == {frames.pk: 1}


def test_a_room_that_was_closed_has_nothing_new(frames: Room, alice: User, bob: User, staff: User) -> None:
    say(frames, author(bob))
    for person in (author(alice), author(staff)):
        mark_read(room=frames, author=person, seq=0)
    Room.objects.update(is_public=False)
    assert unread_counts(author(alice)) == {}
    assert unread_counts(author(staff)) == {frames.pk: 1}
    assert unread(log_in(alice)) == Unread()


def test_counting_is_one_query_however_many_rooms(frames: Room, alice: User, bob: User) -> None:
    for number in range(10):
        room = Room.objects.create(slug=f"room-{number}", name="x")
        say(room, author(bob))
        mark_read(room=room, author=author(alice), seq=0)
    person = author(alice)
    with CaptureQueriesContext(connection) as captured:
        assert sum(unread_counts(person).values()) == 10
    assert len(captured) == 1


def test_the_header_knows_how_much_is_new_and_what_to_follow(frames: Room, alice: User, bob: User) -> None:
    client = log_in(alice)
    say(frames, author(bob))
    mark_read(room=frames, author=author(alice), seq=1)
    assert (unread(client).count, unread(client).shown) == (0, "0")
    for _ in range(3):
        say(frames, author(bob))
    found = unread(client)
    [stream] = found.streams
    assert (found.count, found.shown, stream.stream, stream.seq, stream.ticket) == (3, "3", frames.stream_key, 4, "")
    assert (stream.unread, found.guest_live) == (3, None)
    assert stream.epoch == str(Stream.objects.get(key=frames.stream_key).epoch)


def test_a_guest_hears_on_any_page_who_names_them(frames: Room) -> None:
    client = Client()
    client.post("/chat/frames/name", {"name": "Ines"})
    own = unread(client).guest_live
    assert own is not None
    assert own.stream == f"guest:{Guest.objects.get().key}"


def test_beyond_a_hundred_nobody_counts(frames: Room, alice: User, bob: User) -> None:
    walls = Room.objects.create(slug="walls", name="Walls")
    said = {"user": bob, "author_name": "Bob", "text": "x", "sent_at": "2026-11-01T10:00Z"}
    for room, count in ((frames, 300), (walls, 3)):
        Message.objects.bulk_create(Message(room=room, seq=seq, **said) for seq in range(1, count + 1))
        mark_read(room=room, author=author(alice), seq=0)
    assert unread_counts(author(alice)) == {frames.pk: 100, walls.pk: 3}
    assert (unread(log_in(alice)).count, unread(log_in(alice)).shown) == (99, "99+")


def test_who_was_never_there_costs_nothing(frames: Room) -> None:
    request: Any = RequestFactory().get("/")
    request.session, request.user = Client().session, AnonymousUser()
    with CaptureQueriesContext(connection) as captured:
        assert unread_of(request) == unread_of(None) == unread_of(RequestFactory().get("/")) == Unread()
    assert len(captured) == 0


@pytest.mark.parametrize("kind", ["user", "guest"])
def test_who_was_there_costs_two_queries_however_many_rooms(frames: Room, alice: User, bob: User, kind: str) -> None:
    client = log_in(alice) if kind == "user" else enter_as_guest(frames)
    for number in range(STREAMS_FOLLOWED + 3):
        room = Room.objects.create(slug=f"room-{number}", name="x")
        say(room, author(bob))
        assert ask(client, t="read", stream=room.stream_key, seq=0) == {"seq": 0}
    request: Any = RequestFactory().get("/")
    request.session, request.user = client.session, alice if kind == "user" else AnonymousUser()
    request.session.get("anything")
    with CaptureQueriesContext(connection) as captured:
        found = unread_of(request)
    assert len(captured) <= 2
    assert (found.count, len(found.streams)) == (STREAMS_FOLLOWED + 3, STREAMS_FOLLOWED)


def test_who_is_banned_hears_of_nothing_new(frames: Room, alice: User, bob: User, staff: User) -> None:
    ines = enter_as_guest(frames)
    for client in (log_in(alice), ines):
        ask(client, t="send", stream=frames.stream_key, cid="m", data={"text": "x"})
        ask(client, t="read", stream=frames.stream_key, seq=1)
    say(frames, author(bob))
    for message in list(Message.objects.all()[:2]):
        moderation.ban(by=author(staff), message=message)
    request: Any = RequestFactory().get("/")
    for session, user in ((log_in(alice).session, alice), (ines.session, AnonymousUser())):
        request.session, request.user = session, user
        found = unread_of(request)
        # A guest is still told their own stream's name, which they know; following it is refused.
        assert (found.total, found.streams) == (0, [])


def test_opening_a_page_marks_nothing(frames: Room, alice: User, bob: User) -> None:
    say(frames, author(bob))
    page = log_in(alice).get("/chat/frames/")
    assert page.context["read_seq"] == 0
    assert not ReadMark.objects.exists()


def test_without_a_script_the_picture_at_the_newest_end_marks_it(frames: Room, alice: User, bob: User) -> None:
    client = log_in(alice)
    assert client.get("/chat/frames/").context["seen_url"] == ""
    for _ in range(60):
        say(frames, author(bob))
    assert client.get("/chat/frames/?before=40").context["seen_url"] == ""
    assert Client().get("/chat/frames/").context["seen_url"] == ""
    address = client.get("/chat/frames/").context["seen_url"]
    assert address == "/chat/frames/read?seq=60"
    assert client.get(address).status_code == 204
    assert client.get("/chat/frames/").context["read_seq"] == 60


def test_who_says_something_by_the_form_has_read_so_far(frames: Room, alice: User, bob: User) -> None:
    say(frames, author(bob))
    client = log_in(alice)
    client.post("/chat/frames/send", {"text": "Hi", "client_id": "c"})
    assert client.get("/chat/frames/").context["read_seq"] == 2


def test_each_room_of_the_list_says_how_much_is_new(frames: Room, alice: User, bob: User) -> None:
    say(frames, author(bob))
    mark_read(room=frames, author=author(alice), seq=0)
    rooms = log_in(alice).get("/chat/").context["rooms"]
    assert {room.slug: room.unread for room in rooms} == {"lobby": 0, "frames": 1}
