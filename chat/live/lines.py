"""A line over HTTP: the frames of some streams for as long as a request lasts. It carries no frames upward."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Any

from chat.live import database, kinds, protocol, reading
from chat.live.connection import welcome
from chat.live.feed import MAX_HOLE, frames
from chat.live.hub import current_hub
from chat.live.identity import Identity
from chat.live.outbox import Outbox
from chat.live.protocol import Frame, Refused, encode, encode_refusal

# Subscriptions of one request.
MOST_STREAMS = 10
# What comes right after the first news goes along with it.
GRACE_SECONDS = 0.05
# What a line begins with: whoever asks again knows where their streams were.
KNOWN_ALREADY = '{"t":"sub_ok"'


def parse_subscriptions(word: str) -> list[Frame]:
    """The ``subs`` of an address: a JSON list of the fields of "sub". Raises Refused."""
    try:
        asked = json.loads(word)
    except (ValueError, RecursionError) as error:
        raise Refused("bad_json", '"subs" is not JSON.') from error
    if not isinstance(asked, list) or not 0 < len(asked) <= MOST_STREAMS:
        raise Refused("bad_frame", f'"subs" is a list of one to {MOST_STREAMS} subscriptions.')
    subs = []
    for fields in asked:
        if not isinstance(fields, dict):
            raise Refused("bad_frame", "A subscription is a JSON object.")
        subs.append(protocol.parse(json.dumps(fields | {"t": "sub"})))
    return subs


def answer_now(session_key: str, subs: Sequence[Frame]) -> list[str]:
    """The frames that there are at this moment, without a hub and without waiting: what a WSGI server can do."""
    return [text for sub in subs for text in _stand(session_key, sub)]


def _stand(session_key: str, sub: Frame) -> list[str]:
    try:
        kinds.authorise(session_key, sub.stream, sub.fields.get("ticket", ""))
    except Refused as refusal:
        return [encode_refusal(refusal, re=f"sub:{sub.stream}")]
    epoch, head = reading.open_stream(sub.stream)
    seq, place = sub.fields.get("seq"), {"stream": sub.stream, "epoch": epoch, "seq": head}
    if seq is None:
        return [encode("sub_ok", **place)]
    if sub.fields.get("epoch") not in (None, epoch) or not 0 <= head - seq <= MAX_HOLE:
        return [encode("reset", **place)]
    events = reading.events_after(sub.stream, seq, limit=MAX_HOLE, upto=head) if seq < head else []
    return [frame.text for frame, _events in frames(sub.stream, events)] + [encode("head", **place)]


class Line:
    """``async with Line(...) as line``: follows the streams; its frames are taken from ``line.frames()``."""

    def __init__(self, session_key: str, identity: Identity) -> None:
        self.session_key = session_key
        self.identity = identity
        self.streams: dict[str, str] = {}
        # One at a time: what nobody takes yet waits in the outbox, whose bound holds.
        self._next: asyncio.Queue[str | None] = asyncio.Queue(maxsize=1)
        self.outbox = Outbox(self._offer)
        self._hub = current_hub()

    async def __aenter__(self) -> Line:
        self._hub.join(self)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        for stream in self.streams:
            self._hub.unsubscribe(self.outbox, stream)
        self._hub.part(self)
        await self.outbox.cut()

    async def follow(self, subs: Sequence[Frame]) -> None:
        """Raises what the database raises; what is not for this visitor is told by a frame."""
        for sub in subs:
            try:
                await database.run(kinds.authorise, self.session_key, sub.stream, sub.fields.get("ticket", ""))
            except Refused as refusal:
                self.outbox.put(encode_refusal(refusal, re=f"sub:{sub.stream}"))
                continue
            self.streams[sub.stream] = sub.fields.get("ticket", "")
            await self._hub.subscribe(
                self.outbox,
                sub.stream,
                epoch=sub.fields.get("epoch"),
                seq=sub.fields.get("seq"),
                re=None,
                identity=self.identity,
                here=bool(sub.fields.get("here")) and kinds.shows_presence(sub.stream),
                keeps_pace=True,
            )

    def greet(self) -> None:
        self.outbox.put(welcome(self.identity))

    def lose(self, stream: str) -> None:
        self._hub.unsubscribe(self.outbox, stream)
        self.streams.pop(stream, None)
        refusal = kinds.forbidden()
        self.outbox.put(encode("err", stream=stream, code=refusal.code, text=refusal.text))

    def drain(self, within_ms: int) -> None:
        """The server ends: so does this, and the browser asks the next one."""
        self.outbox.put(encode("drain", within_ms=within_ms))
        self.outbox.close(protocol.CLOSE_LEAVING)

    async def frames(self) -> AsyncIterator[str]:
        """One after the other, until the line is closed from this side."""
        while (text := await self._next.get()) is not None:
            yield text

    async def news(self, wait_seconds: float) -> list[str]:
        """What comes within the time, up to a moment after the first of it; empty where nothing does."""
        found: list[str] = []
        deadline = time.monotonic() + wait_seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(left):
                    text = await self._next.get()
            except TimeoutError:
                break
            if text is None:
                break
            if text.startswith(KNOWN_ALREADY):
                continue
            found.append(text)
            deadline = min(deadline, time.monotonic() + GRACE_SECONDS)
        return found

    async def _offer(self, message: dict[str, Any]) -> None:
        await self._next.put(message.get("text"))
