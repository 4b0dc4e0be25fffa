"""A page that was loaded at any moment and heard what came since shows what a page shows that is loaded now."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from chat.live import reading
from chat.live.protocol import encode_json
from chat.rooms import editing, moderation, posting
from chat.rooms.authors import Author
from chat.rooms.history import page_before, page_json
from chat.rooms.models import Guest, Room
from chat.rooms.refusals import Refused
from shop.customers.models import User
from tests.chat import conversation

pytestmark = pytest.mark.django_db

PAGE = 3
History = list[dict[str, Any]]
# What is done, by which of the authors, to which of the messages, and the client id's number: some come again.
Deed = tuple[str, int, int, int]
deeds = st.tuples(
    st.sampled_from(["send", "send", "send", "reply", "edit", "edit", "delete"]),
    st.integers(0, 3),
    st.integers(0, 30),
    st.integers(0, 40),
)


@pytest.fixture
def authors(alice: User, bob: User, staff: User, settings: Settings) -> Sequence[Author]:
    for name in ("CHAT_RATE_USER", "CHAT_RATE_GUEST", "CHAT_RATE_ROOM"):
        setattr(settings, name, None)
    guest = Guest.objects.create(key=uuid.uuid4(), name="Ines")
    return (
        Author(f"user:{alice.pk}", "Alice", user=alice),
        Author(f"user:{bob.pk}", "Bob", user=bob),
        Author(f"user:{staff.pk}", "Staff", user=staff, is_staff=True),
        Author(f"guest:{guest.key}", "Ines", guest=guest),
    )


def do(room: Room, authors: Sequence[Author], deed: Deed, said: Sequence[int]) -> None:
    """Raises Refused, as it often does: not everybody's message is everybody's."""
    kind, who, target, number = deed
    author, client_id = authors[who], f"{kind}-{number}"
    seq = said[target % len(said)] if said else 1
    match kind:
        case "send":
            posting.post_message(room=room, author=author, text=f"{number}", client_id=client_id)
        case "reply":
            posting.post_message(room=room, author=author, text=f"{number}", client_id=client_id, reply_to=seq)
        case "edit":
            editing.edit_message(room=room, author=author, seq=seq, text=f"better {number}", client_id=client_id)
        case "delete":
            moderation.delete_as(author=author, room=room, seq=seq, client_id=client_id)


def load_history(room: Room) -> History:
    """All of it, page by page, as the socket carries it."""
    found: History = []
    before, is_more = None, True
    while is_more:
        page = json.loads(encode_json(page_json(page_before(room, before, limit=PAGE))))
        found = page["messages"] + found
        is_more, before = page["older"], found[0]["seq"] if found else None
    return found


def events_after(room: Room, seq: int) -> list[dict[str, Any]]:
    return [json.loads(read.text) for read in reading.events_after(room.stream_key, seq, limit=1000)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.lists(deeds, max_size=25))
def test_a_snapshot_and_the_events_after_it_are_a_fresh_snapshot(authors: Sequence[Author], script: list[Deed]) -> None:
    room = Room.objects.create(slug=uuid.uuid4().hex, name="Frames")
    # At each moment: the number of the newest event, and what a page shows that is loaded then.
    moments: list[tuple[int, History]] = [(0, [])]
    heard: list[dict[str, Any]] = []
    refused = 0
    for deed in script:
        said = [message["seq"] for message in moments[-1][1]]
        try:
            with transaction.atomic():
                do(room, authors, deed, said)
        except Refused:
            refused += 1
        # As somebody hears it who is there: before anything of it is deleted.
        heard += events_after(room, len(heard))
        moments.append((len(heard), load_history(room)))
    event(f"{min(len(heard), 20) // 5 * 5} events or more, {'some' if refused else 'nothing'} refused")
    now = {message["seq"]: message for message in moments[-1][1]}
    read_later = events_after(room, 0)
    for seq, page in moments:
        assert conversation.show(page, heard[seq:]) == now, f"who was there, loaded at {seq}"
        assert conversation.show(page, read_later[seq:]) == now, f"who was away and catches up from {seq}"
        # What was read before comes again after a break: it changes nothing in the end.
        assert conversation.show(page, read_later[max(0, seq - 3) :]) == now, f"who hears again what was before {seq}"
