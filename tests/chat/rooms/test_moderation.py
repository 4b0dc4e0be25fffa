"""What staff may do, what becomes of it, and what the log says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from chat.live import identity
from chat.live.models import Event
from chat.live.visitors import Visitor
from chat.rooms import closing, moderation
from chat.rooms.authors import Author
from chat.rooms.models import Guest, Message, ModerationEntry, Room, Sanction
from chat.rooms.refusals import Refused
from chat.rooms.sanctions import standing_of
from shop.customers.models import User
from tests.chat.rooms.people import ask, author, enter_as_guest, log_in, new_guest, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def recheck(monkeypatch: pytest.MonkeyPatch) -> Mock:
    heard = Mock()
    monkeypatch.setattr(moderation, "recheck", heard)
    monkeypatch.setattr(closing, "recheck", heard)
    return heard


def send(client: Client, room: Room, client_id: str = "x") -> dict[str, Any]:
    return ask(client, t="send", stream=room.stream_key, cid=client_id, data={"text": "Hi"})


def log() -> list[tuple[str, str, str]]:
    return list(ModerationEntry.objects.order_by("pk").values_list("action", "target", "text"))


def test_staff_delete_what_anybody_said_and_the_log_keeps_it(frames: Room, alice: User, staff: User) -> None:
    say(frames, author(alice), "rude")
    event = moderation.delete_message(room=frames, by=author(staff), seq=1, client_id="d", reason="rude")
    assert (event.data, event.author) == ({"of": 1, "by": "staff"}, f"user:{staff.pk}")
    assert moderation.delete_message(room=frames, by=author(staff), seq=1, client_id="d") == event
    entry = ModerationEntry.objects.get()
    assert (entry.action, entry.by, entry.target, entry.target_name) == ("delete", staff, f"user:{alice.pk}", "Alice")
    assert (entry.room, entry.seq, entry.text, entry.reason) == (frames, 1, "rude", "rude")
    assert "rude" not in str(list(Event.objects.values_list("data", flat=True)))


def test_staff_take_back_their_own_words_like_anybody(frames: Room, staff: User) -> None:
    say(frames, author(staff))
    assert moderation.delete_as(author=author(staff), room=frames, seq=1).data["by"] == "author"
    assert not ModerationEntry.objects.exists()


def test_the_frame_deletes_for_staff_what_others_said(frames: Room, alice: User, staff: User) -> None:
    say(frames, author(alice), "rude")
    assert ask(log_in(staff), t="del", stream=frames.stream_key, cid="d", seq=1) == {"seq": 2}
    assert log() == [("delete", f"user:{alice.pk}", "rude")]


def test_who_is_muted_reads_and_says_nothing_until_it_is_over(frames: Room, alice: User, staff: User) -> None:
    until = timezone.now() + timedelta(minutes=5)
    message = say(frames, author(alice))
    moderation.mute(by=author(staff), message=message, until=until, reason="too loud")
    client = log_in(alice)
    refusal = send(client, frames)
    assert (refusal["code"], refusal["until"]) == ("muted", int(until.timestamp() * 1000))
    edit = ask(client, t="edit", stream=frames.stream_key, cid="e", seq=1, data={"text": "x"})
    typing = ask(client, t="typing", stream=frames.stream_key, on=True)
    assert (edit["code"], typing["code"]) == ("muted", "muted")
    context = client.get("/chat/frames/").context
    assert (context["may_write"], context["is_muted"], context["muted_until"]) == (False, True, until)
    Sanction.objects.update(until=timezone.now())
    assert send(client, frames) == {"seq": 2}


def test_a_mute_for_good_names_no_time(frames: Room, alice: User, staff: User) -> None:
    moderation.mute(by=author(staff), message=say(frames, author(alice)))
    refusal = send(log_in(alice), frames)
    assert (refusal["code"], "until" in refusal) == ("muted", False)
    context = log_in(alice).get("/chat/frames/").context
    assert (context["may_write"], context["is_muted"], context["muted_until"]) == (False, True, None)


def test_a_mute_is_of_one_person_in_every_room(frames: Room, alice: User, bob: User, staff: User) -> None:
    moderation.mute(by=author(staff), message=say(frames, author(alice)))
    walls = Room.objects.create(slug="walls", name="Walls")
    assert send(log_in(alice), walls)["code"] == "muted"
    assert send(log_in(bob), walls) == {"seq": 1}
    assert send(enter_as_guest(walls), walls) == {"seq": 2}


def test_a_later_word_counts_and_not_an_earlier_one(frames: Room, alice: User, staff: User) -> None:
    message = say(frames, author(alice))
    moderation.mute(by=author(staff), message=message)
    until = timezone.now() + timedelta(minutes=1)
    second = moderation.mute(by=author(staff), message=message, until=until)
    assert standing_of(author(alice)).muted_until == until
    assert list(Sanction.objects.in_force()) == [second]


def test_who_is_banned_is_known_by_every_key_of_theirs(
    frames: Room, alice: User, staff: User, recheck: Mock, django_capture_on_commit_callbacks: Any
) -> None:
    ines = enter_as_guest(frames)
    send(ines, frames)
    ines.force_login(alice)
    moderation.ban(by=author(staff), message=Message.objects.get())
    recheck.assert_called_once_with(who=[f"user:{alice.pk}", f"guest:{Guest.objects.get().key}"])
    assert Sanction.objects.get().user == alice
    assert identity.is_barred(Visitor(user=alice))


def test_a_guest_is_banned_as_a_guest(frames: Room, staff: User, recheck: Mock) -> None:
    client = enter_as_guest(frames)
    send(client, frames)
    sanction = moderation.ban(by=author(staff), message=Message.objects.get())
    assert sanction.guest == Guest.objects.get()
    recheck.assert_called_once_with(who=[f"guest:{sanction.guest.key}"])
    assert identity.is_barred(Visitor(session=dict(client.session.items())))
    assert not identity.is_barred(Visitor())


def test_a_ban_ends_when_it_is_lifted(frames: Room, alice: User, staff: User) -> None:
    sanction = moderation.ban(by=author(staff), message=say(frames, author(alice)))
    client = log_in(alice)
    assert send(client, frames)["code"] == "forbidden"
    lifted = moderation.lift(sanction=sanction, by=author(staff), reason="said sorry")
    assert (lifted.lifted_by, lifted.lifted_at is not None) == (staff, True)
    assert send(client, frames) == {"seq": 2}
    assert [action for action, _target, _text in log()] == ["ban", "lift"]


def test_what_has_ended_is_not_lifted_again(frames: Room, alice: User, staff: User) -> None:
    over = moderation.mute(by=author(staff), message=say(frames, author(alice)), until=timezone.now())
    assert moderation.lift(sanction=over, by=author(staff)).lifted_at is None
    sanction = moderation.mute(by=author(staff), message=Message.objects.get())
    for _ in range(2):
        moderation.lift(sanction=sanction, by=author(staff))
    assert [action for action, _target, _text in log()] == ["mute", "mute", "lift"]


def test_nobody_but_staff_moderates(frames: Room, alice: User, bob: User, staff: User) -> None:
    message = say(frames, author(alice))
    sanction = moderation.mute(by=author(staff), message=message)
    for person in (author(bob), new_guest()):
        for step in (
            lambda by: moderation.delete_message(room=frames, by=by, seq=1),
            lambda by: moderation.mute(by=by, message=message),
            lambda by: moderation.ban(by=by, message=message),
            lambda by: moderation.lift(sanction=sanction, by=by),
        ):
            with pytest.raises(Refused) as refusal:
                step(person)
            assert refusal.value.code == "forbidden"
    assert Sanction.objects.count() == ModerationEntry.objects.count() == 1


def test_nobody_mutes_or_bans_staff(frames: Room, staff: User) -> None:
    colleague = User.objects.create_user("colleague@example.com", name="Dora", is_staff=True)
    as_guest = say(frames, new_guest())
    Guest.objects.update(user=colleague)
    for message in (say(frames, author(colleague)), as_guest, say(frames, author(staff))):
        for step in (moderation.mute, moderation.ban):
            with pytest.raises(Refused) as refusal:
                step(by=author(staff), message=message)
            assert refusal.value.code == "is_staff"
    assert not Sanction.objects.exists()
    assert not ModerationEntry.objects.exists()


def test_who_is_staff_now_is_free(frames: Room, alice: User, staff: User) -> None:
    moderation.ban(by=author(staff), message=say(frames, author(alice)))
    alice.is_staff = True
    alice.save(update_fields=["is_staff"])
    assert send(log_in(alice), frames) == {"seq": 2}


def test_an_author_who_is_gone_is_punished_no_more(frames: Room, alice: User, staff: User) -> None:
    message = say(frames, author(alice), "rude")
    alice.delete()
    message.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        moderation.ban(by=author(staff), message=message)
    assert refusal.value.code == "nobody"
    moderation.delete_message(room=frames, by=author(staff), seq=1)
    assert ModerationEntry.objects.get().target_name == "Alice"


@pytest.mark.parametrize("persons", ["nobody", "both"])
def test_a_sanction_is_of_exactly_one_person(alice: User, persons: str) -> None:
    guest = Guest.objects.create(key="6c1f2a52-3a9c-4f0e-9d7c-0d7c7a6c1f2a", name="Ines")
    whom = {"user": alice, "guest": guest} if persons == "both" else {}
    with pytest.raises(IntegrityError), transaction.atomic():
        Sanction.objects.create(kind="mute", **whom)


def test_a_sanction_is_of_a_kind(alice: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Sanction.objects.create(kind="pity", user=alice)


def test_a_room_that_is_made_private_or_deleted_is_looked_at_anew(frames: Room, recheck: Mock) -> None:
    frames.save()
    recheck.assert_not_called()
    frames.is_public = False
    frames.save()
    recheck.assert_called_once_with(stream=frames.stream_key)
    stream = frames.stream_key
    frames.delete()
    assert recheck.call_args_list[-1].kwargs == {"stream": stream}
    assert recheck.call_count == 2


def test_standing_is_one_query_for_many(frames: Room, alice: User, django_assert_num_queries: Any) -> None:
    from chat.rooms.sanctions import standings_of

    people: list[Author | None] = [author(alice), None, *(new_guest(f"Friend {number}") for number in range(20))]
    with django_assert_num_queries(1):
        assert len(standings_of(people)) == 21
    with django_assert_num_queries(0):
        assert standings_of([None]) == {}
