"""Streams whose handlers fail: what somebody forgot, on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DataError

from chat.live import publish
from chat.live.identity import identify
from chat.live.kinds import Kind
from chat.live.protocol import Frame, Refused
from chat.live.visitors import Visitor

POISON = "poison"
# What the database itself cannot take, though it is there.
INDIGESTIBLE = "indigestible"
# A stream that nobody can follow, for asking whether one may does not work.
BROKEN = "broken"


def may_subscribe(visitor: Visitor, ident: str) -> bool:
    if ident == BROKEN:
        raise RuntimeError("somebody forgot this stream")
    return True


def send(ident: str, asked: Sequence[tuple[Visitor, Frame]]) -> Sequence[dict[str, Any] | Refused]:
    """Says it as it is; at a poisoned text it fails when part of the others is written already."""
    answers: list[dict[str, Any] | Refused] = []
    with publish.appending(f"faulty:{ident}") as stream:
        sends = [(identify(visitor).key, str(frame.fields["cid"])) for visitor, frame in asked]
        known = stream.known(sends)
        for (author, cid), (_visitor, frame) in zip(sends, asked, strict=True):
            text = frame.fields["data"]["text"]
            if text == POISON:
                raise ZeroDivisionError(text)
            if text == INDIGESTIBLE:
                raise DataError(text)
            event = known.get((author, cid)) or stream.append("message", {"text": text}, author=author, client_id=cid)
            answers.append({"seq": event.seq})
    return answers


def hist(visitor: Visitor, ident: str, frame: Frame) -> dict[str, Any]:
    raise KeyError("there is no history")


FAULTY = Kind("faulty", may_subscribe, frames={"hist": hist}, batches={"send": send})
