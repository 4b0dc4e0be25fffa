"""What was said before and after: pages of a room's messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chat.live.protocol import encode_json
from chat.rooms.models import Message, MessageQuerySet, Room

PAGE_MESSAGES = 50
# As JSON, in a frame of the socket's (protocol.MAX_SENT_BYTES).
PAGE_BYTES = 56 * 1024


@dataclass(frozen=True)
class Page:
    """Messages in the order they were sent, and whether there are more on either side. ``anchor`` is the place among
    them of the one that matters most: where a frame cannot hold all, the farthest from it are left out."""

    messages: list[Message]
    has_older: bool
    has_newer: bool
    anchor: int = 0


def page_of(
    room: Room,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    limit: int = PAGE_MESSAGES,
) -> Page:
    """Whichever way is asked for, else the newest."""
    if around is not None:
        return page_around(room, around, limit=limit)
    if after is not None:
        return page_after(room, after, limit=limit)
    return page_before(room, before, limit=limit)


def page_before(room: Room, before: int | None = None, *, limit: int = PAGE_MESSAGES) -> Page:
    """The ``limit`` messages right before number ``before``, or the newest."""
    found, has_older = _upto(room, before, limit)
    has_newer = before is not None and room.messages.filter(seq__gte=before).exists()
    return Page(found, has_older, has_newer, anchor=len(found) - 1)


def page_after(room: Room, after: int, *, limit: int = PAGE_MESSAGES) -> Page:
    """The ``limit`` messages right after number ``after``."""
    found, has_newer = _from(room, after + 1, limit)
    return Page(found, room.messages.filter(seq__lte=after).exists(), has_newer)


def page_around(room: Room, seq: int, *, limit: int = PAGE_MESSAGES) -> Page:
    """``limit`` messages with number ``seq``, or its place, in their middle."""
    older, has_older = _upto(room, seq, limit // 2)
    newer, has_newer = _from(room, seq, limit - limit // 2)
    return Page(older + newer, has_older, has_newer, anchor=min(len(older), len(older) + len(newer) - 1))


def _upto(room: Room, before: int | None, limit: int) -> tuple[list[Message], bool]:
    messages = _of(room).order_by("-seq")
    found = list((messages if before is None else messages.filter(seq__lt=before))[: limit + 1])
    return found[:limit][::-1], len(found) > limit


def _from(room: Room, first: int, limit: int) -> tuple[list[Message], bool]:
    found = list(_of(room).filter(seq__gte=first).order_by("seq")[: limit + 1])
    return found[:limit], len(found) > limit


def _of(room: Room) -> MessageQuerySet:
    return room.messages.with_authors()


def page_json(page: Page) -> dict[str, Any]:
    """As many of the page's messages around its anchor as PAGE_BYTES hold."""
    contents: dict[int, dict[str, Any]] = {}
    room = PAGE_BYTES
    for place in sorted(range(len(page.messages)), key=lambda place: abs(place - page.anchor)):
        content = message_json(page.messages[place])
        room -= len(encode_json(content).encode()) + 1
        if room < 0:
            break
        contents[place] = content
    shown = sorted(contents)
    return {
        "messages": [contents[place] for place in shown],
        "older": page.has_older or bool(shown and shown[0] > 0),
        "newer": page.has_newer or bool(shown and shown[-1] < len(page.messages) - 1),
    }


def message_json(message: Message) -> dict[str, Any]:
    """A message as it stands now, under the names that its event has."""
    content = {
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
    return content if message.reply_to is None else content | {"reply": message.reply_to}
