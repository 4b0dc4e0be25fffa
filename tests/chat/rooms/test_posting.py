from __future__ import annotations

import pytest

from chat.live.models import Event
from chat.rooms import posting
from chat.rooms.authors import Author
from chat.rooms.models import Guest, Message, Room
from chat.rooms.refusals import Refused
from shop.customers.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(alice: User) -> Author:
    return Author(f"user:{alice.pk}", "Alice", user=alice)


def test_a_message_and_its_event_are_one(frames: Room, author: Author) -> None:
    message = posting.post_message(room=frames, author=author, text=" Hi\r\nthere ", client_id="c")
    event = Event.objects.get(stream__key=frames.stream_key)
    assert message.text == event.data["text"] == " Hi\nthere"
    assert (message.seq, message.author_name, message.sent_at) == (event.seq, "Alice", event.at)


def test_the_same_client_id_gives_the_same_message(frames: Room, author: Author) -> None:
    first = posting.post_message(room=frames, author=author, text="Hi", client_id="c")
    assert posting.post_message(room=frames, author=author, text="Hi", client_id="c") == first
    assert Message.objects.count() == 1


def test_another_text_under_a_used_client_id_is_not_swallowed(frames: Room, author: Author) -> None:
    """A browser's "back" shows the form of before, with the client id that it had."""
    posting.post_message(room=frames, author=author, text="Hi", client_id="c")
    with pytest.raises(Refused) as refusal:
        posting.post_message(room=frames, author=author, text="Bye", client_id="c")
    assert refusal.value.code == "cid_used"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_empty"),
        (" \n\t ", "text_empty"),
        ("\u200b\u200d\ufeff", "text_empty"),
        ("\u3164", "text_empty"),
        ("x" * 2001, "text_long"),
        ("a\x00b", "text_control"),
        ("a\x1b[31m", "text_control"),
        ("\u202etxt.exe", "text_control"),
        ("\ud800", "text_control"),
    ],
)
def test_what_cannot_be_shown_cannot_be_said(frames: Room, author: Author, text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        posting.post_message(room=frames, author=author, text=text)
    assert refusal.value.code == code
    assert not Event.objects.exists()


@pytest.mark.parametrize("text", ["👩‍👩‍👧‍👦", "می‌خواهم", "x" * 2000, "<b>&amp;</b>", "🖼️"])
def test_what_can_be_shown_is_kept_as_it_is(frames: Room, author: Author, text: str) -> None:
    assert posting.post_message(room=frames, author=author, text=text).text == text


def test_guests_may_be_asked_to_listen(frames: Room) -> None:
    frames.guests_may_write = False
    guest = Guest.objects.create(key="6c1f2a52-3a9c-4f0e-9d7c-0d7c7a6c1f2a", name="Ines")
    with pytest.raises(Refused, match="Guests"):
        posting.post_message(room=frames, author=Author("guest:x", "Ines", guest=guest), text="Hi")
