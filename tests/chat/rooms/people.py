"""People in a room: as authors, and as whoever stands behind a session and sends frames."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.test import Client

from chat.live import kinds, protocol
from chat.live.visitors import Visitor
from chat.rooms.authors import Author, authors_of, key_of, name_of
from chat.rooms.models import Guest, Message, Room
from chat.rooms.posting import post_message
from shop.customers.models import User


def author(person: User | Guest) -> Author:
    """As they are at present, with the guests that a user was."""
    if isinstance(person, Guest):
        return Author(key_of(person), name_of(person), guest=person)
    found = authors_of([Visitor(user=person)])[""]
    assert found is not None
    return found


def new_guest(name: str = "Ines") -> Author:
    return author(Guest.objects.create(key=uuid.uuid4(), name=name))


def say(room: Room, author: Author, text: str = "Hi", **words: Any) -> Message:
    return post_message(room=room, author=author, text=text, **words)


def log_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def enter_as_guest(room: Room, name: str = "Ines") -> Client:
    client = Client()
    assert client.post(f"/chat/{room.slug}/name", {"name": name}).status_code == 302
    return client


def session_key(client: Client) -> str:
    cookie = client.cookies.get("sessionid")
    return cookie.value if cookie is not None else ""


def ask(client: Client, **frame: Any) -> dict[str, Any]:
    """What the frame is answered by: the fields of its ok or err."""
    read = protocol.parse(json.dumps(frame))
    try:
        return kinds.perform(session_key(client), read)
    except protocol.Refused as refusal:
        answer: dict[str, Any] = json.loads(protocol.encode_refusal(refusal))
        return answer


def may_follow(client: Client, stream: str) -> bool:
    try:
        kinds.authorise(session_key(client), stream, "")
    except protocol.Refused:
        return False
    return True
