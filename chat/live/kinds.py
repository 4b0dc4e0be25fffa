"""Kinds of streams: what stands before the colon in "room:1", who may follow it, and which frames it does.

An app registers its kinds when it is ready. Everything here runs in the database's threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chat.live.protocol import Frame, Refused
from chat.live.publish import opens
from chat.live.visitors import Visitor, load_visitor, load_visitors

# Does the frame on the stream of this id, and gives the fields of the ``ok`` that answers it. Raises Refused.
Handler = Callable[[Visitor, str, Frame], dict[str, Any]]
# The same for several frames of several visitors in one transaction: gives for each its fields, or why it was refused.
BatchHandler = Callable[[str, Sequence[tuple[Visitor, Frame]]], Sequence["dict[str, Any] | Refused"]]


@dataclass(frozen=True)
class Kind:
    """``frames`` are done one by one, ``batches`` as many at once as have come. A handler of "typing" gives ``who`` and
    ``name``, as the others are told; one of "read" gives ``seq``, which the reader has reached."""

    name: str
    may_subscribe: Callable[[Visitor, str], bool]
    frames: Mapping[str, Handler] = field(default_factory=dict)
    batches: Mapping[str, BatchHandler] = field(default_factory=dict)
    # Whether those who follow it may be shown to one another.
    shows_presence: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def authorise(session_key: str, stream: str, ticket: str) -> None:
    """Raises Refused unless the visitor may follow the stream. What does not exist and what is not for them look
    the same. The database is asked each time: a right that was taken away is gone at the next frame."""
    if ticket and opens(ticket, stream):
        return
    kind, ident = _kind_of(stream)
    if kind is None or not kind.may_subscribe(load_visitor(session_key), ident):
        raise forbidden()


def perform(session_key: str, frame: Frame) -> dict[str, Any]:
    """Do a frame that belongs to a stream (``hist``, ``edit``). Raises Refused."""
    kind, ident = _kind_of(frame.stream)
    if kind is not None and frame.type in kind.batches:
        answer = perform_batch(frame.stream, frame.type, [(session_key, frame)])[0]
        if isinstance(answer, Refused):
            raise answer
        return answer
    handler = kind.frames.get(frame.type) if kind is not None else None
    if handler is None:
        raise forbidden()
    return handler(load_visitor(session_key), ident, frame)


def is_batched(stream: str, frame_type: str) -> bool:
    kind, _ident = _kind_of(stream)
    return kind is not None and frame_type in kind.batches


def perform_batch(
    stream: str, frame_type: str, asked: Sequence[tuple[str, Frame]]
) -> Sequence[dict[str, Any] | Refused]:
    """Do the (session key, frame) pairs, all of one stream and type, in one transaction; an answer for each."""
    name, _, ident = stream.partition(":")
    visitors = load_visitors({session_key for session_key, _frame in asked})
    return _kinds[name].batches[frame_type](ident, [(visitors[session_key], frame) for session_key, frame in asked])


def shows_presence(stream: str) -> bool:
    kind, _ident = _kind_of(stream)
    return kind is not None and kind.shows_presence


def forbidden() -> Refused:
    return Refused("forbidden", "This is not for you, or it does not exist.")


def _kind_of(stream: str) -> tuple[Kind | None, str]:
    name, _, ident = stream.partition(":")
    return _kinds.get(name), ident


def _is_oneself(visitor: Visitor, ident: str) -> bool:
    return visitor.user is not None and str(visitor.user.pk) == ident


# What is told to one person, wherever in the shop they are.
register(Kind("user", _is_oneself))
