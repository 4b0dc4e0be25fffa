"""What was said is mended or taken back, and what was taken back is nowhere any more."""

from __future__ import annotations

import random
from typing import Any

import pytest

from chat.live import reading
from chat.live.models import Event
from chat.rooms import editing, moderation
from chat.rooms.history import message_json, page_before, page_json
from chat.rooms.models import Message, Room
from chat.rooms.refusals import Refused
from shop.customers.models import User
from tests.chat.rooms.people import ask, author, enter_as_guest, log_in, new_guest, say

pytestmark = pytest.mark.django_db


def edit(room: Room, user: User, seq: int = 1, text: str = "Hello", client_id: str = "") -> Event:
    return editing.edit_message(room=room, author=author(user), seq=seq, text=text, client_id=client_id)


def delete(room: Room, user: User, seq: int = 1, client_id: str = "") -> Event:
    return editing.delete_message(room=room, author=author(user), seq=seq, client_id=client_id)


def refused(action: Any, *words: Any, **more: Any) -> str:
    with pytest.raises(Refused) as refusal:
        action(*words, **more)
    return refusal.value.code


def test_an_edit_is_an_event_and_the_messages_new_text(frames: Room, alice: User) -> None:
    say(frames, author(alice), "Hallo")
    event = edit(frames, alice, text=" Hello\r\n", client_id="e")
    message = Message.objects.get()
    assert (event.seq, event.kind, event.data, event.author) == (
        2,
        "message.edited",
        {"of": 1, "text": " Hello"},
        f"user:{alice.pk}",
    )
    assert (message.text, message.edited_at, message.seq) == (" Hello", event.at, 1)


def test_a_repeated_edit_is_the_same_edit(frames: Room, alice: User) -> None:
    say(frames, author(alice))
    first = edit(frames, alice, client_id="e")
    edit(frames, alice, text="Later")
    assert edit(frames, alice, client_id="e") == first
    assert Message.objects.get().text == "Later"
    assert Event.objects.count() == 3


def test_a_client_id_is_one_deed(frames: Room, alice: User) -> None:
    say(frames, author(alice), "Hi", client_id="m")
    say(frames, author(alice), "Ho")
    edit(frames, alice, client_id="e")
    assert refused(edit, frames, alice, text="Other", client_id="e") == "cid_used"
    assert refused(edit, frames, alice, seq=2, client_id="e") == "cid_used"
    assert refused(edit, frames, alice, text="Hi", client_id="m") == "cid_used"
    assert refused(delete, frames, alice, client_id="e") == "cid_used"
    assert refused(say, frames, author(alice), "Hello", client_id="e") == "cid_used"


def test_nobody_mends_or_takes_back_what_somebody_else_said(frames: Room, alice: User, bob: User, staff: User) -> None:
    say(frames, author(alice))
    assert refused(edit, frames, bob) == refused(delete, frames, bob) == "not_yours"
    # Staff delete by another way, and put words into nobody's mouth by none.
    assert refused(edit, frames, staff) == refused(delete, frames, staff) == "not_yours"
    assert Event.objects.count() == 1


def test_what_is_not_there_cannot_be_mended_or_taken_back(frames: Room, alice: User) -> None:
    other = Room.objects.create(slug="walls", name="Walls")
    say(other, author(alice))
    say(frames, author(alice))
    delete(frames, alice)
    for seq in (1, 2, 2**53 - 1):
        assert refused(edit, frames, alice, seq=seq) == refused(delete, frames, alice, seq=seq) == "gone"


def test_an_edit_keeps_the_rules_of_what_may_be_said(frames: Room, alice: User, staff: User) -> None:
    message = say(frames, author(alice))
    for text, code in (("", "text_empty"), ("x" * 2001, "text_long"), ("\u202ea", "text_control")):
        assert refused(edit, frames, alice, text=text) == code
    moderation.mute(by=author(staff), message=message)
    assert refused(edit, frames, alice) == "muted"
    assert delete(frames, alice), "who is muted may still take back what they said"


def test_guests_mend_nothing_where_they_may_not_write(frames: Room) -> None:
    ines = new_guest()
    say(frames, ines)
    frames.guests_may_write = False
    assert refused(editing.edit_message, room=frames, author=ines, seq=1, text="Ha") == "forbidden"


def test_a_deletion_is_an_event_and_leaves_no_word_behind(frames: Room, alice: User) -> None:
    say(frames, author(alice), "a secret")
    edit(frames, alice, text="another secret")
    edit(frames, alice, text="a third secret")
    event = delete(frames, alice, client_id="d")
    assert (event.seq, event.kind, event.data) == (4, "message.deleted", {"of": 1, "by": "author"})
    assert Message.objects.get().deleted_at == event.at
    kept = [*Message.objects.values_list("text", flat=True), *map(str, Event.objects.values_list("data", flat=True))]
    assert "secret" not in " ".join(kept)
    assert [event.data.get("deleted") for event in Event.objects.all()] == [True, True, True, None]
    assert "secret" not in " ".join(event.text for event in reading.events_after(frames.stream_key, 0, limit=10))
    assert "secret" not in str(page_json(page_before(frames)))


def test_a_repeated_deletion_is_the_same_one(frames: Room, alice: User) -> None:
    say(frames, author(alice))
    assert delete(frames, alice, client_id="d") == delete(frames, alice, client_id="d")
    assert Event.objects.count() == 2
    assert refused(delete, frames, alice, client_id="other") == "gone"


def test_a_send_that_is_repeated_after_its_deletion_stays_deleted(frames: Room, alice: User) -> None:
    first = say(frames, author(alice), "Hi", client_id="m")
    edit(frames, alice, client_id="e")
    delete(frames, alice)
    assert say(frames, author(alice), "Hi", client_id="m") == first
    assert edit(frames, alice, client_id="e").seq == 2
    assert Message.objects.get().text == ""


def test_the_frames_do_the_same(frames: Room, alice: User) -> None:
    client, stream = log_in(alice), frames.stream_key
    assert ask(client, t="send", stream=stream, cid="m", data={"text": "Hallo"}) == {"seq": 1}
    assert ask(client, t="edit", stream=stream, cid="e", seq=1, data={"text": "Hello"}) == {"seq": 2}
    assert ask(client, t="edit", stream=stream, cid="e", seq=1, data={"text": "Hello"}) == {"seq": 2}
    assert ask(client, t="del", stream=stream, cid="d", seq=1) == {"seq": 3}
    assert ask(client, t="del", stream=stream, cid="d", seq=1) == {"seq": 3}
    assert ask(client, t="del", stream=stream, cid="x", seq=1)["code"] == "gone"
    assert ask(client, t="edit", stream=stream, cid="y", seq=1, data={"text": "Hello"})["code"] == "gone"


@pytest.mark.parametrize("data", [{}, {"text": 1}, {"text": None}, {"text": "x", "reply": 1}, {"texts": "x"}])
def test_an_edit_of_something_else_than_a_text_is_bad_data(frames: Room, alice: User, data: dict[str, Any]) -> None:
    client = log_in(alice)
    ask(client, t="send", stream=frames.stream_key, cid="m", data={"text": "Hallo"})
    assert ask(client, t="edit", stream=frames.stream_key, cid="e", seq=1, data=data)["code"] == "bad_data"


def test_somebody_without_a_name_edits_nothing(frames: Room) -> None:
    say(frames, new_guest())
    client = enter_as_guest(Room.objects.create(slug="walls", name="Walls"), "Olga")
    client.session.flush()
    for frame in ({"t": "edit", "cid": "e", "seq": 1, "data": {"text": "x"}}, {"t": "del", "cid": "d", "seq": 1}):
        assert ask(client, stream=frames.stream_key, **frame)["code"] == "name_needed"


class View:
    """What a browser makes of a snapshot and the events behind it (docs/protocol.md)."""

    def __init__(self, room: Room) -> None:
        self.seq = Event.objects.filter(stream__key=room.stream_key).count()
        self.messages = {message.seq: message_json(message) for message in room.messages.with_authors()}

    def apply(self, event: Event) -> None:
        data = event.data
        if event.kind == "message":
            reply = {"reply": data["reply"]} if "reply" in data else {}
            at = event.at.isoformat(timespec="milliseconds")
            shown = {"seq": event.seq, "author": event.author, "at": at, "edited": False, "deleted": False}
            self.messages[event.seq] = shown | {name: data[name] for name in ("name", "guest", "staff", "text")} | reply
        elif event.kind == "message.edited":
            self.messages[data["of"]] |= {"text": data["text"], "edited": True}
        elif event.kind == "message.deleted":
            self.messages[data["of"]] |= {"text": "", "deleted": True}
        self.seq = event.seq


@pytest.mark.usefixtures("no_haste")
@pytest.mark.parametrize("seed", range(5))
def test_any_snapshot_and_what_follows_it_are_the_fresh_snapshot(
    frames: Room, alice: User, bob: User, staff: User, seed: int
) -> None:
    dice, people = random.Random(seed), [author(alice), author(bob), author(staff), new_guest()]
    views = [View(frames)]
    for number in range(50):
        person = dice.choice(people)
        alive = [message for message in frames.messages.with_authors() if message.deleted_at is None]
        message = dice.choice(alive) if alive else None
        writer = next((one for one in people if message is not None and one.wrote(message)), person)
        match dice.choice(["say", "say", "answer", "edit", "edit", "delete"]):
            case "say":
                say(frames, person, f"word {number}")
            case "answer" if message is not None:
                say(frames, person, f"word {number}", reply_to=message.seq)
            case "edit" if message is not None:
                editing.edit_message(room=frames, author=writer, seq=message.seq, text=f"word {number}")
            case "delete" if message is not None and (person.is_staff or person.wrote(message)):
                moderation.delete_as(author=person, room=frames, seq=message.seq)
        views.append(View(frames))
    fresh = View(frames)
    for view in views:
        for event in Event.objects.filter(stream__key=frames.stream_key, seq__gt=view.seq).order_by("seq"):
            view.apply(event)
        assert view.messages == fresh.messages
    kinds = Event.objects.filter(stream__key=frames.stream_key).values_list("kind", flat=True)
    assert set(kinds) == {"message", "message.edited", "message.deleted"}
