"""Kinds of streams: what stands before the colon in "room:1", who may follow it, and which frames it does.

An app registers its kinds when it is ready. Everything here runs in the database's threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chat.live.protocol import Frame, Refused
from chat.live.publish import opens
from chat.live.visitors import Visitor, load_visitor

# Does the frame on the stream of this id, and gives the fields of the ``ok`` that answers it. Raises Refused.
Handler = Callable[[Visitor, str, Frame], dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    name: str
    may_subscribe: Callable[[Visitor, str], bool]
    frames: Mapping[str, Handler] = field(default_factory=dict)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def authorise(session_key: str, stream: str, ticket: str) -> None:
    """Raises Refused unless the visitor may follow the stream. What does not exist and what is not for them look
    the same. The database is asked each time: a right that was taken away is gone at the next frame."""
    if ticket and opens(ticket, stream):
        return
    name, _, ident = stream.partition(":")
    kind = _kinds.get(name)
    if kind is None or not kind.may_subscribe(load_visitor(session_key), ident):
        raise forbidden()


def perform(session_key: str, frame: Frame) -> dict[str, Any]:
    """Do a frame that belongs to a stream (``send``, ``hist``). Raises Refused."""
    name, _, ident = frame.stream.partition(":")
    handler = _kinds[name].frames.get(frame.type) if name in _kinds else None
    if handler is None:
        raise forbidden()
    return handler(load_visitor(session_key), ident, frame)


def forbidden() -> Refused:
    return Refused("forbidden", "This is not for you, or it does not exist.")


def _is_oneself(visitor: Visitor, ident: str) -> bool:
    return visitor.user is not None and str(visitor.user.pk) == ident


# What is told to one person, wherever in the shop they are.
register(Kind("user", _is_oneself))
