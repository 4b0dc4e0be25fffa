"""A kind of streams for these tests, which knows no rooms: "note:<word>". Whoever has a name may do anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from chat.live import kinds, publish
from chat.live.identity import identify
from chat.live.kinds import Kind, forbidden
from chat.live.protocol import Frame, Refused
from chat.live.visitors import Visitor


class Notes:
    """``batches`` counts how many sends each transaction took; ``may_follow`` can be taken away."""

    def __init__(self) -> None:
        self.may_follow = True
        self.batches: list[int] = []
        self.marks: dict[str, int] = {}

    def may_subscribe(self, visitor: Visitor, ident: str) -> bool:
        return self.may_follow

    def send(self, ident: str, asked: Sequence[tuple[Visitor, Frame]]) -> list[dict[str, Any] | Refused]:
        self.batches.append(len(asked))
        if any(frame.fields["data"].get("text") == "poison" for _visitor, frame in asked):
            raise ZeroDivisionError
        answers: list[dict[str, Any] | Refused] = []
        with publish.appending(f"note:{ident}") as stream:
            known = stream.known((identify(visitor).key, frame.fields["cid"]) for visitor, frame in asked)
            for visitor, frame in asked:
                author = identify(visitor).key
                if not author:
                    answers.append(forbidden())
                    continue
                event = known.get((author, frame.fields["cid"])) or stream.append(
                    "note", frame.fields["data"], author=author, client_id=frame.fields["cid"]
                )
                answers.append({"seq": event.seq})
        return answers

    def typing(self, visitor: Visitor, ident: str, frame: Frame) -> dict[str, Any]:
        identity = identify(visitor)
        if not identity.key:
            raise forbidden()
        return {"who": identity.key, "name": identity.name}

    def read(self, visitor: Visitor, ident: str, frame: Frame) -> dict[str, Any]:
        self.marks[identify(visitor).key] = frame.fields["seq"]
        return {"seq": frame.fields["seq"]}


@contextmanager
def registered() -> Iterator[Notes]:
    notes = Notes()
    frames = {"typing": notes.typing, "read": notes.read}
    kinds.register(Kind("note", notes.may_subscribe, frames, {"send": notes.send}, shows_presence=True))
    try:
        yield notes
    finally:
        del kinds._kinds["note"]
