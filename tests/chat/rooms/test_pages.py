"""The chat's pages as a browser without JavaScript uses them."""

from __future__ import annotations

import re
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chat.rooms import pages
from chat.rooms.authors import Author
from chat.rooms.models import Guest, Message, Room
from chat.rooms.posting import post_message
from shop.customers.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def frames() -> Room:
    Room.objects.all().delete()
    return Room.objects.create(
        slug="frames",
        name="Frames",
        description="Wood",
        translations={"es": {"name": "Marcos", "description": "Madera"}},
    )


def fill(room: Room, user: User, count: int) -> None:
    for number in range(1, count + 1):
        Message.objects.create(
            room=room, seq=number, user=user, author_name="Alice", text=f"Nr {number}.", sent_at="2026-11-01T10:00Z"
        )


def client_id(page: str) -> str:
    found = re.search(r'name="client_id" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_guest_chooses_a_name_writes_and_reads(client: Client, frames: Room) -> None:
    assert "Say who you are" in client.get("/chat/").content.decode()
    page = client.post("/chat/frames/name", {"name": "Ines"}, follow=True).content.decode()
    page = client.post(
        "/chat/frames/send", {"text": "Hola", "client_id": client_id(page)}, follow=True
    ).content.decode()
    assert "Hola" in page
    assert "guest" in page
    assert Client().get("/chat/").content.decode().count("Hola") == 1


def test_the_form_sent_twice_is_one_message(client: Client, frames: Room) -> None:
    client.post("/chat/frames/name", {"name": "Ines"})
    for _ in range(2):
        assert client.post("/chat/frames/send", {"text": "Hola", "client_id": "once"}).status_code == 302
    assert Message.objects.count() == 1


def test_somebody_without_a_name_writes_nothing(client: Client, frames: Room) -> None:
    assert client.post("/chat/frames/send", {"text": "Hola", "client_id": "c"}).status_code == 403
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "data",
    [{"text": "", "client_id": "c"}, {"text": "x" * 2001, "client_id": "c"}, {}, {"text": "a", "client_id": "<"}],
)
def test_a_refusal_stands_beside_the_field_and_keeps_the_text(
    client: Client, frames: Room, data: dict[str, str]
) -> None:
    client.post("/chat/frames/name", {"name": "Ines"})
    answer = client.post("/chat/frames/send", data)
    assert answer.status_code == 422
    assert re.search(r'role="alert"><p>[^<]+</p>', answer.content.decode())
    assert data.get("text", "") in answer.content.decode()
    assert re.fullmatch(r"[0-9a-f]{32}", client_id(answer.content.decode()))


def test_haste_is_told(client: Client, frames: Room) -> None:
    client.post("/chat/frames/name", {"name": "Ines"})
    answers = [client.post("/chat/frames/send", {"text": "Hi", "client_id": str(n)}).status_code for n in range(7)]
    assert answers == [302] * 6 + [422]


def test_without_the_csrf_token_nothing_is_written(frames: Room) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/chat/frames/name", {"name": "Ines"}).status_code == 403
    assert client.post("/chat/frames/send", {"text": "Hola", "client_id": "c"}).status_code == 403


def test_what_is_said_is_text_and_never_markup(client: Client, frames: Room, alice: User) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    post_message(room=frames, author=Author("user:1", '"><script>', user=alice), text=evil)
    page = client.get("/chat/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert '"><script>' not in page


def test_a_user_speaks_under_their_name_and_staff_are_marked(client: Client, frames: Room, staff: User) -> None:
    client.force_login(staff)
    page = client.post("/chat/frames/send", {"text": "Welcome", "client_id": "c"}, follow=True).content.decode()
    assert "Staff" in page
    assert page.count("from the shop") == 2  # the message, and the template of the script
    assert Message.objects.get().user == staff


def test_the_page_is_read_backwards(client: Client, frames: Room, alice: User) -> None:
    fill(frames, alice, 120)
    newest = client.get("/chat/").content.decode()
    assert "Nr 120." in newest
    assert "Nr 70." not in newest
    assert "?before=71" in newest
    assert "Nr 21." in client.get("/chat/frames/?before=71").content.decode()


def test_history_comes_as_json_too(client: Client, frames: Room, alice: User) -> None:
    fill(frames, alice, 60)
    page = client.get("/chat/frames/history?before=12").json()
    assert [message["seq"] for message in page["messages"]] == list(range(1, 12))
    assert not page["older"]
    assert client.get("/chat/frames/history?before=nonsense").json()["messages"][-1]["seq"] == 60


def test_a_deleted_message_keeps_its_place_and_loses_its_words(client: Client, frames: Room, alice: User) -> None:
    fill(frames, alice, 1)
    Message.objects.update(deleted_at="2026-11-02T10:00Z")
    assert "Nr 1." not in client.get("/chat/").content.decode()
    assert client.get("/chat/frames/history").json()["messages"][0]["text"] == ""


def test_a_private_room_is_not_there_for_others(client: Client, frames: Room, alice: User, staff: User) -> None:
    Room.objects.update(is_public=False)
    client.force_login(alice)
    for path in ("/chat/", "/chat/frames/", "/chat/frames/history", "/chat/nowhere/"):
        assert client.get(path).status_code == 404
    assert client.post("/chat/frames/send", {"text": "x", "client_id": "c"}).status_code == 404
    client.force_login(staff)
    assert client.get("/chat/frames/").status_code == 200


def test_the_room_is_called_in_the_readers_language(client: Client, frames: Room) -> None:
    page = client.get("/chat/", headers={"accept-language": "es"}).content.decode()
    assert "Marcos" in page
    assert "Madera" in page


def test_the_page_carries_its_place_in_the_stream(client: Client, frames: Room, alice: User) -> None:
    post_message(room=frames, author=Author("user:1", "Alice", user=alice), text="Hi")
    page = client.get("/chat/").content.decode()
    assert f'data-live-stream="room:{frames.pk}"' in page
    assert 'data-live-seq="1"' in page


def test_a_client_id_that_ends_in_a_new_line_is_none(client: Client, frames: Room) -> None:
    client.post("/chat/frames/name", {"name": "Ines"})
    response = client.post("/chat/frames/send", {"text": "Hello", "client_id": "a" * 64 + "\n"})
    assert response.status_code == 422
    assert not Message.objects.exists()


def test_the_same_room_is_a_page_and_the_part_beside_another_page(
    client: Client, frames: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = Mock(return_value=HttpResponse())
    monkeypatch.setattr(pages, "render", shown)
    for address in ("/chat/frames/", "/chat/frames/?panel=1", "/chat/?panel=1", "/chat/frames/?panel=2"):
        client.get(address)
    templates = [(call.args[1], call.args[2]["panel"]) for call in shown.call_args_list]
    page, panel = ("rooms/room.html", False), ("rooms/parts/panel.html", True)
    assert templates == [page, panel, panel, page]
    assert shown.call_args_list[0].args[2].keys() == shown.call_args_list[1].args[2].keys()


def test_a_page_has_all_that_its_templates_are_promised(client: Client, frames: Room, alice: User) -> None:
    post_message(room=frames, author=Author(f"user:{alice.pk}", "Alice", user=alice), text="Hi")
    client.post("/chat/frames/name", {"name": "Ines"})
    context = client.get("/chat/frames/").context
    guest = Guest.objects.get()
    assert (context["room"], context["author"].guest, context["own_keys"]) == (frames, guest, f"guest:{guest.key}")
    assert (context["may_write"], context["muted_until"], context["is_moderator"]) == (True, None, False)
    assert (context["live"].stream, context["guest_live"].stream) == (frames.stream_key, f"guest:{guest.key}")
    assert (context["place"], context["at"], context["read_seq"], context["panel"]) == ("newest", None, 0, False)
    assert (context["page"].has_older, context["page"].has_newer, context["text_limit"]) == (False, False, 2000)
    assert context["message_form"]["reply"].value() is None
    [message] = context["page"].messages
    assert (message.seq, message.author_key, message.author_name) == (1, f"user:{alice.pk}", "Alice")
    assert (message.is_by_guest, message.is_by_staff, message.reply_to, message.replied) == (False, False, None, None)
    assert (message.is_own, message.may_edit, message.may_delete) == (False, False, False)
    assert Client().get("/chat/frames/").context["guest_live"] is None


def test_a_page_costs_as_many_queries_for_fifty_messages_as_for_one(
    client: Client, frames: Room, alice: User, django_assert_num_queries: Any
) -> None:
    client.post("/chat/frames/name", {"name": "Ines"})
    fill(frames, alice, 1)
    client.get("/chat/frames/")
    with CaptureQueriesContext(connection) as one:
        client.get("/chat/frames/")
    Message.objects.all().delete()
    fill(frames, alice, 50)
    with django_assert_num_queries(len(one)):
        client.get("/chat/frames/")


def test_an_answer_is_sent_by_the_hidden_field(client: Client, frames: Room, alice: User) -> None:
    post_message(room=frames, author=Author(f"user:{alice.pk}", "Alice", user=alice), text="Hi")
    client.force_login(alice)
    assert client.post("/chat/frames/send", {"text": "Yes", "client_id": "c", "reply": "1"}).status_code == 302
    assert Message.objects.get(seq=2).reply_to == 1
    for reply in ("99", "0", "x", "9" * 40):
        answer = client.post("/chat/frames/send", {"text": "Yes", "client_id": f"d{reply[0]}", "reply": reply})
        assert answer.status_code == 422
        assert "Yes" in answer.content.decode()
    assert Message.objects.count() == 2
