"""One message's page: answering, editing, deleting and sanctioning by forms alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chat.live.models import Event
from chat.rooms import moderation
from chat.rooms.models import Message, ModerationEntry, Room, Sanction
from shop.customers.models import User
from tests.chat.rooms.people import author, enter_as_guest, log_in, new_guest, say

pytestmark = pytest.mark.django_db


def test_one_answers_edits_and_deletes_by_forms(frames: Room, alice: User, bob: User) -> None:
    say(frames, author(bob), "*first*")
    client = log_in(alice)
    page = client.get("/chat/frames/1/")
    assert "<strong>first</strong>" in page.content.decode()
    form = page.context["message_form"]
    sent = {"text": "an answer", "client_id": form.initial["client_id"], "reply": form.initial["reply"]}
    assert client.post("/chat/frames/send", sent)["Location"] == "/chat/frames/#m2"
    assert Message.objects.get(seq=2).reply_to == 1
    page = client.get("/chat/frames/2/")
    assert page.context["message"].replied == Message.objects.get(seq=1)
    assert page.context["edit_form"].initial["text"] == "an answer"
    answer = client.post("/chat/frames/2/edit", {"text": "a better answer", "client_id": "e"})
    assert (answer.status_code, answer["Location"]) == (302, "/chat/frames/?at=2#m2")
    assert Message.objects.get(seq=2).text == "a better answer"
    answer = client.post("/chat/frames/2/delete", {"client_id": "d"})
    assert (answer.status_code, answer["Location"]) == (302, "/chat/frames/?at=2#m2")
    assert Message.objects.get(seq=2).deleted_at is not None
    assert "better" not in client.get("/chat/frames/2/").content.decode()


def test_a_form_that_is_sent_twice_is_one_deed(frames: Room, alice: User) -> None:
    say(frames, author(alice))
    client = log_in(alice)
    for address, form in (("1/edit", {"text": "x", "client_id": "e"}), ("1/delete", {"client_id": "d"})):
        assert [client.post(f"/chat/frames/{address}", form).status_code for _ in range(2)] == [302, 302]
    assert Event.objects.filter(stream__key=frames.stream_key).count() == 3


@pytest.mark.parametrize(
    "form",
    [
        {"text": "", "client_id": "e"},
        {"text": "x" * 2001, "client_id": "e"},
        {"text": "a\x00", "client_id": "e"},
        {"text": "fine"},
    ],
)
def test_a_refused_edit_says_why_and_keeps_the_text(frames: Room, alice: User, form: dict[str, str]) -> None:
    say(frames, author(alice), "before")
    response = log_in(alice).post("/chat/frames/1/edit", form)
    assert response.status_code == 422
    assert response.context["edit_form"].errors["text"]
    assert response.context["edit_form"]["text"].value() == form["text"]
    assert response.context["edit_form"]["client_id"].value() not in (form.get("client_id"), None)
    assert Message.objects.get().text == "before"


def test_who_is_muted_is_told_so_beside_the_field(frames: Room, alice: User, staff: User) -> None:
    moderation.mute(by=author(staff), message=say(frames, author(alice)))
    client = log_in(alice)
    assert client.post("/chat/frames/1/edit", {"text": "x", "client_id": "e"}).status_code == 422
    assert client.post("/chat/frames/send", {"text": "x", "client_id": "m"}).status_code == 422
    page = client.get("/chat/frames/1/").context
    assert (page["may_write"], page["message"].may_edit, page["message"].may_delete) == (False, False, True)


def test_a_message_that_is_not_there_has_no_page(frames: Room, alice: User) -> None:
    say(Room.objects.create(slug="walls", name="Walls"), author(alice))
    client = log_in(alice)
    for seq in ("1", "0", "99", "9" * 19, "9" * 40, "9" * 5000):
        assert client.get(f"/chat/frames/{seq}/").status_code == 404
        for rest, form in (("edit", {"text": "x", "client_id": "c"}), ("delete", {"client_id": "c"})):
            assert client.post(f"/chat/frames/{seq}/{rest}", form).status_code == 404


def test_who_has_no_name_may_read_a_message_and_no_more(frames: Room, alice: User) -> None:
    say(frames, author(alice))
    page = Client().get("/chat/frames/1/")
    assert page.status_code == 200
    assert "<form" not in page.content.decode().partition("<main")[2].partition("</main>")[0]
    for rest in ("edit", "delete"):
        assert Client().post(f"/chat/frames/1/{rest}", {"text": "x", "client_id": "c"}).status_code == 404


def test_staff_mute_for_minutes_or_ban_for_good(frames: Room, alice: User, staff: User) -> None:
    say(frames, author(alice))
    say(frames, new_guest())
    client = log_in(staff)
    assert "/chat/frames/1/sanction" in client.get("/chat/frames/1/").content.decode()
    answer = client.post("/chat/frames/1/sanction", {"kind": "mute", "minutes": "10", "reason": "loud"})
    assert (answer.status_code, answer["Location"]) == (302, "/chat/moderation/")
    assert client.post("/chat/frames/2/sanction", {"kind": "ban", "minutes": "", "reason": ""}).status_code == 302
    ban, mute = Sanction.objects.order_by("-pk")
    assert (mute.kind, mute.user, mute.reason, mute.by) == ("mute", alice, "loud", staff)
    assert mute.until is not None
    assert timedelta(minutes=9) < mute.until - timezone.now() <= timedelta(minutes=10)
    assert (ban.kind, ban.until, ban.guest is not None) == ("ban", None, True)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"kind": "pity"},
        {"kind": "mute", "minutes": "0"},
        {"kind": "mute", "minutes": "-5"},
        {"kind": "ban", "minutes": "x"},
        {"kind": "mute", "minutes": "9" * 30},
        {"kind": "ban", "reason": "x" * 501},
        {"kind": "ban", "reason": "a\x00"},
    ],
)
def test_a_sanction_that_makes_no_sense_is_none(frames: Room, alice: User, staff: User, form: dict[str, str]) -> None:
    say(frames, author(alice))
    response = log_in(staff).post("/chat/frames/1/sanction", form)
    assert response.status_code == 422
    assert response.context["sanction_form"].errors
    assert not Sanction.objects.exists()


def test_nobody_of_the_staff_is_sanctioned_and_the_form_says_so(frames: Room, staff: User) -> None:
    colleague = User.objects.create_user("colleague@example.com", name="Dora", is_staff=True)
    say(frames, author(colleague))
    response = log_in(staff).post("/chat/frames/1/sanction", {"kind": "ban"})
    assert response.status_code == 422
    assert "somebody of the staff" in response.content.decode()


def test_the_staffs_page_shows_what_is_in_force_and_what_was_done(frames: Room, alice: User, staff: User) -> None:
    client = log_in(staff)
    assert "Nobody is muted or banned" in client.get("/chat/moderation/").content.decode()
    say(frames, author(alice), "<b>rude</b>")
    client.post("/chat/frames/1/sanction", {"kind": "mute", "minutes": "10", "reason": "<i>loud</i>"})
    client.post("/chat/frames/1/delete", {"client_id": "d"})
    page = client.get("/chat/moderation/").content.decode()
    assert "Alice" in page
    assert "&lt;b&gt;rude&lt;/b&gt;" in page
    assert "&lt;i&gt;loud&lt;/i&gt;" in page
    sanction = Sanction.objects.get()
    assert client.post(f"/chat/moderation/{sanction.pk}/lift")["Location"] == "/chat/moderation/"
    assert "Nobody is muted or banned" in client.get("/chat/moderation/").content.decode()
    for pk in ("0", "9" * 19, "9" * 40):
        assert client.post(f"/chat/moderation/{pk}/lift").status_code == 404


def test_the_log_is_paged_in_few_queries(frames: Room, staff: User, django_assert_max_num_queries: Any) -> None:
    entries = [
        ModerationEntry(action="mute", by=staff, target="user:1", target_name=f"Person {n}", room=frames, seq=n + 1)
        for n in range(120)
    ]
    ModerationEntry.objects.bulk_create(entries)
    client = log_in(staff)
    with django_assert_max_num_queries(15):
        assert len(client.get("/chat/moderation/").context["page"].object_list) == 50
    assert len(client.get("/chat/moderation/?page=3").context["page"].object_list) == 20
    for word in ("x", "-1", "999", "\x00", ""):
        assert client.get("/chat/moderation/", {"page": word}).status_code == 200


def test_a_permanent_link_shows_the_message_and_what_is_around_it(frames: Room, alice: User, no_haste: None) -> None:
    for number in range(1, 121):
        say(frames, author(alice), f"Nr {number}.")
    context = Client().get(Message.objects.get(seq=60).get_absolute_url()).context
    seqs = [message.seq for message in context["page"].messages]
    assert (context["place"], context["at"], 60 in seqs, len(seqs)) == ("around", 60, True, 50)
    assert (context["page"].has_older, context["page"].has_newer) == (True, True)
    for word, place, at in (
        ("around=60", "around", 60),
        ("before=60", "before", None),
        ("after=60", "after", None),
        ("", "newest", None),
    ):
        context = Client().get(f"/chat/frames/?{word}").context
        assert (context["place"], context["at"]) == (place, at)


def test_answers_show_what_they_answer_in_one_query_more(
    frames: Room, alice: User, no_haste: None, django_assert_max_num_queries: Any
) -> None:
    for _ in range(60):
        say(frames, author(alice))
    for seq in range(1, 51):
        say(frames, author(alice), reply_to=seq)
    client = enter_as_guest(frames)
    with django_assert_max_num_queries(24):
        page = client.get("/chat/frames/").context["page"]
    assert [message.replied.seq for message in page.messages] == list(range(1, 51))
