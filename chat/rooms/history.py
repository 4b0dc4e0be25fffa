"""What was said before: pages of a room's messages, backwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chat.live.protocol import encode_json
from chat.rooms.models import Message, Room

PAGE_MESSAGES = 50
# As JSON, in a frame of the socket's (protocol.MAX_SENT_BYTES).
PAGE_BYTES = 56 * 1024


@dataclass(frozen=True)
class Page:
    """Messages in the order they were sent; ``has_older``: whether something came before them."""

    messages: list[Message]
    has_older: bool


def page_before(room: Room, before: int | None = None, *, limit: int = PAGE_MESSAGES) -> Page:
    """The ``limit`` messages right before number ``before``, or the newest."""
    messages = room.messages.select_related("user", "guest").order_by("-seq")
    if before is not None:
        messages = messages.filter(seq__lt=before)
    found = list(messages[: limit + 1])
    return Page(found[:limit][::-1], len(found) > limit)


def page_json(page: Page) -> dict[str, Any]:
    """The newest of the page's messages, as many as PAGE_BYTES hold."""
    shown: list[dict[str, Any]] = []
    room = PAGE_BYTES
    for message in reversed(page.messages):
        content = message_json(message)
        room -= len(encode_json(content).encode()) + 1
        if room < 0:
            break
        shown.insert(0, content)
    return {"messages": shown, "older": page.has_older or len(shown) < len(page.messages)}


def message_json(message: Message) -> dict[str, Any]:
    """A message as it stands now, under the names that its event has."""
    return {
        "seq": message.seq,
        "author": message.author_key,
        "at": message.sent_at.isoformat(timespec="milliseconds"),
        "name": message.author_name,
        "guest": message.is_by_guest,
        "staff": message.is_by_staff,
        "text": "" if message.deleted_at else message.text,
        "edited": message.edited_at is not None,
        "deleted": message.deleted_at is not None,
    }
