"""Streams of the kind "room": who may follow one, and what can be done over the socket."""

from __future__ import annotations

from typing import Any

from chat.live import protocol
from chat.live.kinds import Kind, forbidden
from chat.live.protocol import Frame
from chat.live.visitors import Visitor
from chat.rooms import refusals
from chat.rooms.authors import author_of
from chat.rooms.history import PAGE_MESSAGES, page_before, page_json
from chat.rooms.models import Room
from chat.rooms.posting import post_message


def find_room(visitor: Visitor, ident: str) -> Room | None:
    # "01" is no other name of room 1: each name would be a stream of its own.
    if not ident.isascii() or not ident.isdigit() or len(ident) > 18 or ident.startswith("0"):
        return None
    return Room.objects.open_to(staff=visitor.is_staff).filter(pk=int(ident)).first()


def may_subscribe(visitor: Visitor, ident: str) -> bool:
    return find_room(visitor, ident) is not None


def send(visitor: Visitor, ident: str, frame: Frame) -> dict[str, Any]:
    room, text = _room(visitor, ident), frame.fields["data"].get("text")
    author = author_of(visitor)
    if author is None:
        raise protocol.Refused("name_needed", "Choose a name or log in.")
    if not isinstance(text, str) or len(frame.fields["data"]) != 1:
        raise protocol.Refused("bad_data", 'A message\'s data is {"text": "…"}.')
    try:
        message = post_message(room=room, author=author, text=text, client_id=frame.fields["cid"])
    except refusals.Refused as refusal:
        raise protocol.Refused(refusal.code, refusal.sentence, retry_ms=refusal.retry_ms) from refusal
    return {"seq": message.seq}


def hist(visitor: Visitor, ident: str, frame: Frame) -> dict[str, Any]:
    room, limit = _room(visitor, ident), frame.fields.get("limit", PAGE_MESSAGES)
    return {"data": page_json(page_before(room, frame.fields.get("before"), limit=limit))}


def _room(visitor: Visitor, ident: str) -> Room:
    room = find_room(visitor, ident)
    if room is None:
        raise forbidden()
    return room


ROOM = Kind("room", may_subscribe, {"send": send, "hist": hist})
