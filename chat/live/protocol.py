"""The frames of docs/protocol.md, version 1: reads the browser's strictly, writes ours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

VERSION = 1
MAX_FRAME_BYTES = 16 * 1024
# What a frame of ours holds at most: a server with a limit on messages refuses to send a larger one, too.
MAX_SENT_BYTES = 60 * 1024
MAX_SAFE_INTEGER = 2**53 - 1

# A browser comes back after 4000-4499, with full jitter, and stays away after 4500-4999.
CLOSE_NO_HELLO = 4001
CLOSE_TOO_SLOW = 4008
CLOSE_LEAVING = 4012
CLOSE_TRY_LATER = 4013
CLOSE_FLOOD = 4029
CLOSE_WRONG_ORIGIN = 4500
CLOSE_WRONG_HOST = 4501
CLOSE_SOMEBODY_ELSE = 4503
CLOSE_OTHER_VERSION = 4505


class Refused(Exception):
    """Why a frame was not done. ``code`` is for the program at the other end, ``text`` for whoever debugs it, and
    ``fields`` are what else this code says."""

    def __init__(
        self,
        code: str,
        text: str,
        *,
        re: int | str | None = None,
        retry_ms: int | None = None,
        fields: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.re = re
        self.retry_ms = retry_ms
        self.fields = fields or {}


@dataclass(frozen=True, slots=True)
class Frame:
    type: str
    id: int | str | None
    fields: dict[str, Any]

    @property
    def stream(self) -> str:
        return str(self.fields["stream"])


def _matching(pattern: str) -> Callable[[Any], bool]:
    expression = re.compile(pattern)
    return lambda value: isinstance(value, str) and expression.fullmatch(value) is not None


def _number(low: int, high: int = MAX_SAFE_INTEGER) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= high


_STREAM = _matching(r"[a-z]{1,20}:[A-Za-z0-9_-]{1,70}")
_CLIENT_ID = _matching(r"[A-Za-z0-9_-]{1,64}")
_WORD = _matching(r"[!-~]{1,512}")
_ID = _matching(r"[A-Za-z0-9_.:-]{1,100}")
_SEQ = _number(0)
_POSITION = _number(1)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


# What each frame of a browser carries; a name that ends in "?" may be absent.
CLIENT_FRAMES: dict[str, dict[str, Callable[[Any], bool]]] = {
    "hello": {"v": _number(0, 1000), "client?": _WORD},
    "sub": {"stream": _STREAM, "ticket?": _WORD, "epoch?": _WORD, "seq?": _SEQ, "here?": _is_flag},
    "unsub": {"stream": _STREAM},
    "send": {"stream": _STREAM, "cid": _CLIENT_ID, "data": _is_object},
    "edit": {"stream": _STREAM, "cid": _CLIENT_ID, "seq": _POSITION, "data": _is_object},
    "del": {"stream": _STREAM, "cid": _CLIENT_ID, "seq": _POSITION},
    "sync": {"stream": _STREAM, "epoch?": _WORD, "seq": _SEQ},
    "hist": {
        "stream": _STREAM,
        "before?": _POSITION,
        "after?": _SEQ,
        "around?": _POSITION,
        "limit?": _number(1, 100),
    },
    "read": {"stream": _STREAM, "seq": _SEQ},
    "typing": {"stream": _STREAM, "on": _is_flag},
    "ack": {"stream": _STREAM, "seq": _SEQ},
    "ping": {"away?": _is_flag},
}


def parse(text: str | None) -> Frame:
    """The frame in ``text``; ``None`` stands for a binary message. Raises Refused."""
    if text is None:
        raise Refused("binary", "Frames are text.")
    if len(text) > MAX_FRAME_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_FRAME_BYTES:
        raise Refused("too_large", f"A frame has at most {MAX_FRAME_BYTES} bytes.")
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Refused("bad_json", "This is not JSON.") from error
    if not isinstance(content, dict):
        raise Refused("bad_frame", "A frame is a JSON object.")
    return _frame(content)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _frame(content: dict[str, Any]) -> Frame:
    reply_to = content.pop("id", None)
    if reply_to is not None and not (_SEQ(reply_to) or _ID(reply_to)):
        raise Refused("bad_frame", '"id" is a whole number or a short word.')
    kind = content.pop("t", None)
    if not isinstance(kind, str) or kind not in CLIENT_FRAMES:
        raise Refused("unknown", "There is no such frame.", re=reply_to)
    expected = {name.rstrip("?"): check for name, check in CLIENT_FRAMES[kind].items()}
    for name in content:
        if name not in expected:
            raise Refused("bad_frame", f'"{kind}" has a field that it does not know.', re=reply_to)
    for name, check in CLIENT_FRAMES[kind].items():
        field = name.rstrip("?")
        if field not in content:
            if name == field:
                raise Refused("bad_frame", f'"{kind}" lacks "{field}".', re=reply_to)
        elif not check(content[field]):
            raise Refused("bad_frame", f'"{field}" of "{kind}" is not valid.', re=reply_to)
    if len({"before", "after", "around"} & content.keys()) > 1:
        raise Refused("bad_frame", f'"{kind}" goes one way.', re=reply_to)
    return Frame(kind, reply_to, content)


def encode(kind: str, **fields: Any) -> str:
    """A frame of ours; fields that are None are left out."""
    return encode_json({"t": kind, **{name: value for name, value in fields.items() if value is not None}})


def encode_json(content: dict[str, Any]) -> str:
    """JSON that can be sent: half a surrogate pair, which JSON allows and UTF-8 does not, becomes a question mark, or
    one such event would cut every socket that it is sent to."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def encode_events(stream: str, events: Iterable[str]) -> str:
    """An ``ev`` frame of events that are JSON already, so that none is encoded twice."""
    return '{"t":"ev","stream":"' + stream + '","events":[' + ",".join(events) + "]}"


def encode_refusal(refusal: Refused, *, re: int | str | None = None) -> str:
    return encode(
        "err",
        re=refusal.re if refusal.re is not None else re,
        code=refusal.code,
        text=refusal.text,
        retry_ms=refusal.retry_ms,
        **refusal.fields,
    )
