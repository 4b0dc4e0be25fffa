"""What is not for somebody does not exist for them: each frame, each follower and each address, in the same words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from chat.live import kinds, publish
from chat.live.models import Event
from chat.rooms import moderation
from chat.rooms.models import Guest, Message, ModerationEntry, ReadMark, Room, Sanction
from chat.rooms.streams import ROOM
from chat.rooms.urls import urlpatterns
from shop.customers.models import User
from tests.chat.rooms.people import ask, author, enter_as_guest, log_in, may_follow, say

pytestmark = pytest.mark.django_db

FORBIDDEN = {"t": "err", "code": "forbidden", "text": kinds.forbidden().text}
FRAMES: list[dict[str, Any]] = [
    {"t": "send", "cid": "c", "data": {"text": "x"}},
    {"t": "send", "cid": "c", "data": {"nonsense": 1}},
    {"t": "send", "cid": "c", "data": {"text": "x", "reply": 99}},
    {"t": "edit", "cid": "c", "seq": 1, "data": {"text": "x"}},
    {"t": "edit", "cid": "c", "seq": 99, "data": {}},
    {"t": "del", "cid": "c", "seq": 1},
    {"t": "del", "cid": "c", "seq": 99},
    {"t": "hist"},
    {"t": "hist", "after": 0},
    {"t": "read", "seq": 1},
    {"t": "typing", "on": True},
]
# (method, rest of the address, form)
ADDRESSES: list[tuple[str, str, dict[str, str]]] = [
    ("get", "", {}),
    ("get", "", {"panel": "1"}),
    ("get", "", {"at": "1"}),
    ("post", "name", {"name": "Olga"}),
    ("post", "name", {}),
    ("post", "send", {"text": "x", "client_id": "c"}),
    ("post", "send", {}),
    ("get", "history", {}),
    ("get", "read", {"seq": "1"}),
    ("get", "1/", {}),
    ("post", "1/edit", {"text": "x", "client_id": "c"}),
    ("post", "1/edit", {}),
    ("post", "1/delete", {"client_id": "c"}),
    ("post", "1/sanction", {"kind": "ban"}),
]
STAFF_ONLY: list[tuple[str, str, dict[str, str]]] = [
    ("get", "/chat/moderation/", {}),
    ("post", "/chat/moderation/1/lift", {}),
]


def people(frames: Room, alice: User) -> Iterator[Client]:
    yield Client()
    yield enter_as_guest(frames)
    yield log_in(alice)


def kept() -> list[int]:
    return [model.objects.count() for model in (Message, Event, ReadMark, Sanction, ModerationEntry)]


def assert_closed(client: Client, room: Room, slug: str) -> None:
    before = kept()
    for frame in FRAMES:
        assert ask(client, stream=room.stream_key, **frame) == FORBIDDEN
    assert not may_follow(client, room.stream_key)
    for method, rest, form in ADDRESSES:
        response = getattr(client, method)(f"/chat/{slug}/{rest}", form)
        assert response.status_code == 404, rest
        assert room.name not in response.content.decode()
    assert kept() == before


def test_every_frame_and_every_address_is_tried_here() -> None:
    assert {frame["t"] for frame in FRAMES} == {*ROOM.frames, *ROOM.batches}
    routes = [str(pattern.pattern) for pattern in urlpatterns]
    rests = {route.removeprefix("<slug:slug>/") for route in routes if route.startswith("<slug:slug>/")}
    assert {rest.replace("1/", "<int:seq>/") for _method, rest, _form in ADDRESSES} == rests


def test_a_private_room_and_none_at_all_look_the_same(frames: Room, staff_room: Room, alice: User, staff: User) -> None:
    say(staff_room, author(staff), "a secret")
    nowhere = Room(pk=987654, slug="nowhere", name="Nowhere")
    for client in people(frames, alice):
        assert_closed(client, staff_room, staff_room.slug)
        assert_closed(client, nowhere, "nowhere")
    assert "a secret" in log_in(staff).get("/chat/staff-only/").content.decode()


def test_nobody_is_listed_a_private_room(frames: Room, staff_room: Room, alice: User, staff: User) -> None:
    for client in people(frames, alice):
        page = client.get("/chat/frames/")
        assert [room.slug for room in page.context["rooms"]] == ["lobby", "frames"]
        assert "Staff only" not in page.content.decode()
    assert "Staff only" in log_in(staff).get("/chat/frames/").content.decode()


def test_to_who_is_banned_no_room_is_there(frames: Room, alice: User, staff: User) -> None:
    ines = enter_as_guest(frames)
    ask(ines, t="send", stream=frames.stream_key, cid="m", data={"text": "x"})
    say(frames, author(alice))
    guest = Guest.objects.get()
    assert may_follow(ines, f"guest:{guest.key}")
    for message in frames.messages.with_authors():
        moderation.ban(by=author(staff), message=message)
    for client in (ines, log_in(alice)):
        assert_closed(client, frames, frames.slug)
        assert client.get("/chat/").status_code == 404
        assert client.get("/chat/moderation/").status_code == 404
    assert not may_follow(ines, f"guest:{guest.key}")
    assert frames.messages.count() == 2


def test_a_page_hands_out_no_word_that_would_outlive_a_ban(
    frames: Room, staff_room: Room, alice: User, staff: User
) -> None:
    ask(log_in(alice), t="read", stream=frames.stream_key, seq=0)
    for client, slug in ((log_in(alice), "frames"), (log_in(staff), "staff-only"), (enter_as_guest(frames), "frames")):
        context = client.get(f"/chat/{slug}/").context
        lives = [context["live"], context["guest_live"]]
        assert [live.ticket for live in lives if live is not None] == [""] * len([live for live in lives if live])
    assert publish.opens(publish.ticket("room:1"), "room:1"), "others still may"


def test_another_customer_changes_nothing_of_what_somebody_said(frames: Room, alice: User, bob: User) -> None:
    say(frames, author(alice), "mine")
    for client in (Client(), enter_as_guest(frames), log_in(bob)):
        codes = [
            ask(client, t="edit", stream=frames.stream_key, cid="e", seq=1, data={"text": "x"})["code"],
            ask(client, t="del", stream=frames.stream_key, cid="d", seq=1)["code"],
        ]
        assert codes in (["not_yours"] * 2, ["name_needed"] * 2)
        for rest, form in (
            ("1/edit", {"text": "x", "client_id": "c"}),
            ("1/edit", {}),
            ("1/delete", {"client_id": "c"}),
            ("1/sanction", {"kind": "ban"}),
            ("1/sanction", {}),
        ):
            assert client.post(f"/chat/frames/{rest}", form).status_code == 404
        page = client.get("/chat/frames/1/").content.decode()
        assert all(f"/chat/frames/1/{word}" not in page for word in ("edit", "delete", "sanction"))
        [message] = client.get("/chat/frames/").context["page"].messages
        assert not message.is_own or message.may_edit or message.may_delete
    assert Message.objects.get().text == "mine"


@pytest.mark.parametrize(("method", "address", "form"), STAFF_ONLY)
def test_the_staffs_page_is_there_for_staff_alone(
    frames: Room, alice: User, staff: User, method: str, address: str, form: dict[str, str]
) -> None:
    sanction = moderation.mute(by=author(staff), message=say(frames, author(alice)))
    address = address.replace("1", str(sanction.pk))
    for client in people(frames, alice):
        assert getattr(client, method)(address, form).status_code == 404
    assert Sanction.objects.in_force().exists()
    assert getattr(log_in(staff), method)(address, form).status_code in {200, 302}


def test_nothing_is_done_without_the_csrf_token_or_by_a_link(frames: Room, staff: User) -> None:
    sanction = moderation.mute(by=author(staff), message=say(frames, author(User.objects.create_user("x@example.com"))))
    posts = [f"/chat/frames/{rest}" for method, rest, _form in ADDRESSES if method == "post"]
    posts.append(f"/chat/moderation/{sanction.pk}/lift")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff)
    before = kept()
    for address in posts:
        assert strict.post(address, {"kind": "ban", "client_id": "c", "text": "x"}).status_code == 403
        assert strict.get(address).status_code == 405
    assert kept() == before
