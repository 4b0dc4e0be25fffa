"""What one socket's frames do: each is answered here, and what belongs to a stream is delegated to its kind."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable

from django.conf import settings

from chat.live import commits, database, feed, kinds, protocol
from chat.live.credit import LAG_SECONDS, UNACKED_BYTES, UNACKED_EVENTS
from chat.live.hub import HEAD_SECONDS, current_hub
from chat.live.identity import Identity
from chat.live.outbox import Outbox
from chat.live.protocol import Frame, Refused, encode, encode_refusal
from chat.live.rates import Bucket

logger = logging.getLogger(__name__)

RETRY_MS = 2000
MAX_STREAMS = 50
# A browser that goes on after so many refusals is not one of ours. A frame that is let through makes up for some:
# whoever is refused ten times as much as they are served for a while is flooding, too.
MAX_FLOODING_FRAMES = 500
REFUSALS_A_SERVED_FRAME = 10
# Frames that browsers send again until they are done.
WRITING = frozenset({"send", "edit", "del"})
# Whoever types says so every few seconds; more often nobody wants to hear it.
TYPING_SECONDS = 1.0


class Connection:
    """``greeted``: whether its "hello" has come. ``streams``: those it follows, with the tickets that opened them."""

    __slots__ = ("_bucket", "_flooding", "_hub", "_typed_at", "greeted", "identity", "outbox", "session_key", "streams")

    def __init__(self, session_key: str, identity: Identity, outbox: Outbox) -> None:
        self.session_key = session_key
        self.identity = identity
        self.outbox = outbox
        self.greeted = False
        self.streams: dict[str, str] = {}
        self._hub = current_hub()
        self._bucket = Bucket(burst=frames_burst(), per_second=settings.LIVE_FRAMES_PER_SECOND)
        self._flooding = 0
        self._typed_at = 0.0
        self._hub.join(self)

    def leave(self) -> None:
        for stream in self.streams:
            self._hub.unsubscribe(self.outbox, stream)
        self.streams.clear()
        self._hub.part(self)

    def lose(self, stream: str) -> None:
        """It is no longer for this visitor."""
        if self.streams.pop(stream, None) is not None:
            self._hub.unsubscribe(self.outbox, stream)
            refusal = kinds.forbidden()
            self.outbox.put(encode("err", stream=stream, code=refusal.code, text=refusal.text))

    def drain(self, within_ms: int) -> None:
        """The server ends, and this socket with it."""
        self.outbox.put(encode("drain", within_ms=within_ms))

    async def do(self, text: str | None) -> None:
        """Do one frame, whatever it is; an answer or a refusal goes to the outbox."""
        frame: Frame | None = None
        try:
            self._hold_back()
            frame = protocol.parse(text)
            if not self.greeted and frame.type != "hello":
                raise Refused("hello_first", 'The first frame is "hello".')
            await _ANSWERS[frame.type](self, frame)
        except Refused as refusal:
            self.outbox.put(encode_refusal(refusal, re=frame.id if frame else None))
        except Exception as error:
            if database.is_away(error):
                logger.warning("A frame was not done: %s", error)
                self._fail(frame, "unavailable", "Not now; try again.")
                return
            logger.exception("A frame failed")
            # What we cannot take would come again for ever, and hold up what its writer says next.
            again = frame is None or frame.type not in WRITING
            self._fail(frame, "internal", "This failed, and is in our log.", retry_ms=RETRY_MS if again else None)

    def _fail(self, frame: Frame | None, code: str, text: str, *, retry_ms: int | None = RETRY_MS) -> None:
        self.outbox.put(encode("err", re=frame.id if frame else None, code=code, text=text, retry_ms=retry_ms))

    def _hold_back(self) -> None:
        if self._bucket.take():
            self._flooding = max(0, self._flooding - REFUSALS_A_SERVED_FRAME)
            return
        self._flooding += 1
        if self._flooding > MAX_FLOODING_FRAMES:
            self.outbox.close(protocol.CLOSE_FLOOD)
        raise Refused("rate", "Too many frames.", retry_ms=1000)

    async def _hello(self, frame: Frame) -> None:
        if frame.fields["v"] != protocol.VERSION:
            self.outbox.put(encode("err", re=frame.id, code="version", text=f"This is version {protocol.VERSION}."))
            self.outbox.close(protocol.CLOSE_OTHER_VERSION)
            return
        self.greeted = True
        self.outbox.put(welcome(self.identity, re=frame.id))

    async def _sub(self, frame: Frame) -> None:
        stream, fields = frame.stream, frame.fields
        if len(self.streams) >= MAX_STREAMS and stream not in self.streams:
            raise Refused("too_many_streams", f"At most {MAX_STREAMS} streams a socket.")
        await database.run(kinds.authorise, self.session_key, stream, fields.get("ticket", ""))
        here = bool(fields.get("here")) and kinds.shows_presence(stream)
        # Known before it follows, so that it can lose it from the first moment on.
        was_there = stream in self.streams
        self.streams[stream] = fields.get("ticket", "")
        try:
            await self._hub.subscribe(
                self.outbox,
                stream,
                epoch=fields.get("epoch"),
                seq=fields.get("seq"),
                re=frame.id,
                identity=self.identity,
                here=here,
            )
        except BaseException:
            if not was_there:
                self.streams.pop(stream, None)
            raise

    async def _unsub(self, frame: Frame) -> None:
        self._hub.unsubscribe(self.outbox, frame.stream)
        self.streams.pop(frame.stream, None)
        self.outbox.put(encode("ok", re=frame.id, stream=frame.stream))

    async def _sync(self, frame: Frame) -> None:
        self._expect_subscribed(frame)
        epoch, seq = frame.fields.get("epoch"), frame.fields["seq"]
        await self._hub.sync(self.outbox, frame.stream, epoch=epoch, seq=seq, re=frame.id)

    async def _ack(self, frame: Frame) -> None:
        self._expect_subscribed(frame)
        self._hub.acknowledge(self.outbox, frame.stream, frame.fields["seq"])

    def _expect_subscribed(self, frame: Frame) -> None:
        if frame.stream not in self.streams:
            raise Refused("not_subscribed", f'"sub" comes before "{frame.type}".')

    async def _perform(self, frame: Frame) -> None:
        answer = await commits.perform(self.session_key, frame)
        self.outbox.put(encode("ok", re=frame.id, stream=frame.stream, cid=frame.fields.get("cid"), **answer))

    async def _read(self, frame: Frame) -> None:
        answer = await commits.perform(self.session_key, frame)
        self._hub.signs.show_read(frame.stream, who=self.identity.key, seq=answer["seq"])

    async def _typing(self, frame: Frame) -> None:
        now = time.monotonic()
        if frame.fields["on"] and now - self._typed_at < TYPING_SECONDS:
            return
        self._typed_at = now
        answer = await commits.perform(self.session_key, frame)
        self._hub.signs.show_typing(frame.stream, who=answer["who"], name=answer["name"], on=frame.fields["on"])

    async def _ping(self, frame: Frame) -> None:
        if "away" in frame.fields:
            self._hub.presence.set_away(self.outbox, frame.fields["away"])
        self.outbox.put(encode("pong", re=frame.id, now=_now_ms()))


def welcome(identity: Identity, *, re: int | str | None = None) -> str:
    limits = {"frame_bytes": protocol.MAX_FRAME_BYTES, "streams": MAX_STREAMS, "hole": feed.MAX_HOLE}
    limits |= {"frames_burst": frames_burst(), "frames_per_second": settings.LIVE_FRAMES_PER_SECOND}
    limits |= {"unacked_events": UNACKED_EVENTS, "unacked_bytes": UNACKED_BYTES, "lag_seconds": int(LAG_SECONDS)}
    return encode(
        "welcome",
        re=re,
        v=protocol.VERSION,
        who=identity.key,
        now=_now_ms(),
        heartbeat_seconds=int(HEAD_SECONDS),
        limits=limits,
    )


def frames_burst() -> int:
    """What a page may send at once: it follows its streams, asks, and sends what it has kept meanwhile."""
    return 3 * int(settings.LIVE_FRAMES_PER_SECOND)


def _now_ms() -> int:
    return int(time.time() * 1000)


_ANSWERS: dict[str, Callable[[Connection, Frame], Awaitable[None]]] = {
    "hello": Connection._hello,
    "sub": Connection._sub,
    "unsub": Connection._unsub,
    "sync": Connection._sync,
    "ack": Connection._ack,
    "send": Connection._perform,
    "edit": Connection._perform,
    "del": Connection._perform,
    "hist": Connection._perform,
    "read": Connection._read,
    "typing": Connection._typing,
    "ping": Connection._ping,
}
