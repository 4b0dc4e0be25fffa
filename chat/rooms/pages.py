"""What a room's page shows to one reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from chat.live.publish import Subscription, subscription
from chat.live.visitors import visitor_of
from chat.rooms.entering import Entrance, enter
from chat.rooms.forms import MessageForm, NameForm
from chat.rooms.history import Page, page_of
from chat.rooms.marks import read_seq, unread_counts
from chat.rooms.models import Message, Room
from chat.rooms.refusals import Refused
from chat.rooms.wording import MAX_TEXT_CHARACTERS

MAX_DIGITS = 15


@dataclass(frozen=True)
class Place:
    """Where in the room the page is: "newest", or "before", "after" or "around" a message's number."""

    name: str = "newest"
    seq: int | None = None

    def page(self, room: Room) -> Page:
        asked: dict[str, Any] = {} if self.name == "newest" else {self.name: self.seq}
        return page_of(room, **asked)


def enter_room(request: HttpRequest, slug: str) -> Entrance:
    """404 for a room that is not for this visitor: it does not exist for them."""
    return enter_found(request, Room.objects.filter(slug=slug).first())


def enter_found(request: HttpRequest, room: Room | None) -> Entrance:
    try:
        return enter(visitor_of(request), room)
    except Refused as refusal:
        raise Http404 from refusal


def number_in(request: HttpRequest, name: str) -> int | None:
    """Something else than a number counts as nothing."""
    word = request.GET.get(name, "")
    return int(word) if word.isascii() and word.isdigit() and len(word) <= MAX_DIGITS else None


def place_of(request: HttpRequest) -> Place:
    """``at`` is the permanent link to a message, and shows what is around it."""
    for word, name in (("at", "around"), ("around", "around"), ("after", "after"), ("before", "before")):
        seq = number_in(request, word)
        if seq is not None:
            return Place(name, seq)
    return Place()


def show_room(
    request: HttpRequest,
    here: Entrance,
    *,
    name_form: NameForm | None = None,
    message_form: MessageForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The room's page, or with ``?panel=1`` the part of it that stands beside another page."""
    panel = request.GET.get("panel") == "1"
    context = _context(here, place_of(request), panel) | {
        "name_form": name_form or NameForm(),
        "message_form": message_form or MessageForm(),
    }
    return render(request, "rooms/parts/panel.html" if panel else "rooms/room.html", context, status=status)


def _context(here: Entrance, place: Place, panel: bool) -> dict[str, Any]:
    # The stream's place first, then what the page shows: what falls in between comes twice, never not at all.
    live, guest_live = follow(here.room.stream_key), _guest_live(here)
    page, rooms = place.page(here.room), list(Room.objects.open_to(staff=here.visitor.is_staff))
    unread = unread_counts(here.author)
    for room in rooms:
        room.unread = unread.get(room.pk, 0)
    dress(here, page.messages)
    return reader_context(here) | {
        "rooms": rooms,
        "live": live,
        "guest_live": guest_live,
        "page": page,
        "place": place.name,
        "at": place.seq if place.name == "around" else None,
        "read_seq": read_seq(here.room, here.author),
        "seen_url": "" if panel else _seen_url(here, page),
        "panel": panel,
    }


def reader_context(here: Entrance) -> dict[str, Any]:
    """Who reads, and what they may. ``is_muted`` with no ``muted_until``: for good."""
    return {
        "room": here.room,
        "author": here.author,
        "own_keys": " ".join(here.author.keys) if here.author is not None else "",
        "may_write": here.may_write,
        "is_muted": here.standing.is_muted,
        "muted_until": here.standing.muted_until,
        "is_moderator": here.visitor.is_staff,
        "text_limit": MAX_TEXT_CHARACTERS,
    }


def dress(here: Entrance, messages: Sequence[Message]) -> None:
    """Say of each message what it answers, and what this reader may do with it."""
    shown = {message.seq: message for message in messages}
    answered = {message.reply_to for message in messages if message.reply_to is not None}
    replied = shown | here.room.messages.numbered(answered - shown.keys())
    may_write = here.may_write
    for message in messages:
        message.replied = replied.get(message.reply_to) if message.reply_to is not None else None
        message.is_own = here.author is not None and here.author.wrote(message)
        message.may_edit = message.is_own and may_write and message.deleted_at is None
        message.may_delete = message.deleted_at is None and (message.is_own or here.visitor.is_staff)


def follow(stream_key: str) -> Subscription:
    """Without a ticket, which would open the stream for a day: the session decides, each time anew."""
    return replace(subscription(stream_key), ticket="")


def _guest_live(here: Entrance) -> Subscription | None:
    return follow(here.author.key) if here.author is not None and here.author.guest is not None else None


def _seen_url(here: Entrance, page: Page) -> str:
    """What marks the page as read where no script does; empty where there is nothing to mark."""
    if here.author is None or page.has_newer or not page.messages:
        return ""
    return f"{reverse('rooms:read', args=[here.room.slug])}?seq={page.messages[-1].seq}"
