"""Streams of the kinds "room" and "guest": who may follow one, and what can be done over the socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chat.live import kinds, protocol
from chat.live.kinds import Handler, Kind
from chat.live.protocol import MAX_SAFE_INTEGER, Frame
from chat.live.visitors import Visitor
from chat.rooms import editing, moderation
from chat.rooms.authors import Author, author_of, authors_of
from chat.rooms.entering import Entrance, admit, enter, name_needed
from chat.rooms.history import PAGE_MESSAGES, page_json, page_of
from chat.rooms.marks import mark_read
from chat.rooms.models import Room
from chat.rooms.posting import Send, post_messages
from chat.rooms.refusals import Refused
from chat.rooms.sanctions import FREE, Standing, standing_of, standings_of

Answer = dict[str, Any] | protocol.Refused


def find_room(ident: str) -> Room | None:
    # "01" is no other name of room 1: each name would be a stream of its own.
    if not ident.isascii() or not ident.isdigit() or len(ident) > 18 or ident.startswith("0"):
        return None
    return Room.objects.filter(pk=int(ident)).first()


def may_subscribe(visitor: Visitor, ident: str) -> bool:
    try:
        enter(visitor, find_room(ident))
    except Refused:
        return False
    return True


def is_own_guest(visitor: Visitor, ident: str) -> bool:
    """Whether the guest of this key is the session's, or was the user before they logged in."""
    author = author_of(visitor)
    return author is not None and f"guest:{ident}" in author.keys and not standing_of(author).is_barred


def send(ident: str, asked: Sequence[tuple[Visitor, Frame]]) -> list[Answer]:
    """The messages of several visitors, in one transaction."""
    room = find_room(ident)
    authors = authors_of(visitor for visitor, _frame in asked)
    standings = standings_of(authors.values())
    entrances = [_entrance(room, visitor, authors[visitor.session_key], standings) for visitor, _frame in asked]
    read = [_read_send(here, frame) for here, (_visitor, frame) in zip(entrances, asked, strict=True)]
    sends = [one for one in read if isinstance(one, Send)]
    said = iter(post_messages(room=room, sends=sends, standings=standings) if room is not None and sends else [])
    outcomes = [next(said) if isinstance(one, Send) else one for one in read]
    return [_told(outcome) if isinstance(outcome, Refused) else {"seq": outcome.seq} for outcome in outcomes]


def edit(here: Entrance, frame: Frame) -> dict[str, Any]:
    data, seq, client_id = (frame.fields[name] for name in ("data", "seq", "cid"))
    if data.keys() != {"text"} or not isinstance(data["text"], str):
        raise Refused("bad_data", 'An edit\'s data is {"text": "…"}.')
    author = here.speaker()
    event = editing.edit_message(room=here.room, author=author, seq=seq, text=data["text"], client_id=client_id)
    return {"seq": event.seq}


def delete(here: Entrance, frame: Frame) -> dict[str, Any]:
    seq, client_id = frame.fields["seq"], frame.fields["cid"]
    return {"seq": moderation.delete_as(author=here.speaker(), room=here.room, seq=seq, client_id=client_id).seq}


def hist(here: Entrance, frame: Frame) -> dict[str, Any]:
    before, after, around = (frame.fields.get(name) for name in ("before", "after", "around"))
    limit = frame.fields.get("limit", PAGE_MESSAGES)
    return {"data": page_json(page_of(here.room, before=before, after=after, around=around, limit=limit))}


def read(here: Entrance, frame: Frame) -> dict[str, Any]:
    return {"seq": mark_read(room=here.room, author=here.speaker(), seq=frame.fields["seq"])}


def typing(here: Entrance, frame: Frame) -> dict[str, Any]:
    author = here.writer()
    return {"who": author.key, "name": author.name}


def _entering(do: Callable[[Entrance, Frame], dict[str, Any]]) -> Handler:
    """A frame that is done by somebody who is let into the room."""

    def handle(visitor: Visitor, ident: str, frame: Frame) -> dict[str, Any]:
        try:
            return do(enter(visitor, find_room(ident)), frame)
        except Refused as refusal:
            raise _told(refusal) from refusal

    return handle


def _entrance(
    room: Room | None, visitor: Visitor, author: Author | None, standings: Mapping[str, Standing]
) -> Entrance | Refused:
    try:
        return admit(visitor, room, author, standings[author.key] if author is not None else FREE)
    except Refused as refusal:
        return refusal


def _read_send(here: Entrance | Refused, frame: Frame) -> Send | Refused:
    if isinstance(here, Refused):
        return here
    data = frame.fields["data"]
    text, reply = data.get("text"), data.get("reply")
    if here.author is None:
        return name_needed()
    if not isinstance(text, str) or not data.keys() <= {"text", "reply"} or not _is_number(reply):
        return Refused("bad_data", 'A message\'s data is {"text": "…", "reply"?: number}.')
    return Send(here.author, text, frame.fields["cid"], reply)


def _is_number(reply: object) -> bool:
    return reply is None or (type(reply) is int and 1 <= reply <= MAX_SAFE_INTEGER)


def _told(refusal: Refused) -> protocol.Refused:
    if refusal.code == "forbidden":
        return kinds.forbidden()
    return protocol.Refused(refusal.code, refusal.sentence, retry_ms=refusal.retry_ms, fields=refusal.fields)


ROOM = Kind(
    "room",
    may_subscribe,
    frames={
        "edit": _entering(edit),
        "del": _entering(delete),
        "hist": _entering(hist),
        "read": _entering(read),
        "typing": _entering(typing),
    },
    batches={"send": send},
    shows_presence=True,
)
# What is told to a guest, wherever in the shop they are.
GUEST = Kind("guest", is_own_guest)
