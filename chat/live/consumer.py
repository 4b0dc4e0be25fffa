"""One socket: decodes its frames, delegates them, encodes the answers. It asks the database nothing itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from django.db import DatabaseError, InterfaceError

from chat.live import database, feed, kinds, protocol
from chat.live.hub import HEAD_SECONDS, current_hub
from chat.live.outbox import Outbox, Send
from chat.live.protocol import Frame, Refused, encode, encode_refusal
from chat.live.rates import Bucket

logger = logging.getLogger(__name__)

HELLO_SECONDS = 10.0
RETRY_MS = 2000
MAX_STREAMS = 50
FRAMES_BURST = 60
FRAMES_PER_SECOND = 20.0
# A browser that goes on after so many refusals is not one of ours.
MAX_FLOODING_FRAMES = 500

Receive = Callable[[], Awaitable[dict[str, Any]]]


async def live_socket(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The ASGI application behind /ws/. ``scope["session_key"]`` and ``scope["who"]`` come from the door's guard.

    A plain coroutine and no Channels consumer: those close old database connections, in a thread, around every event.
    """
    connection = _Connection(scope.get("session_key", ""), scope.get("who", ""), Outbox(send))
    await receive()
    await send({"type": "websocket.accept"})
    sender = connection.outbox.start()
    reader = asyncio.create_task(connection.read(receive))
    try:
        await asyncio.wait({sender, reader}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        # The reader first and in this very step: what it was about to follow, nobody would leave again.
        for task in (reader, sender):
            task.cancel()
        connection.leave()
        await asyncio.gather(reader, sender, return_exceptions=True)
        # Half dead is worse than dead: a browser that is cut comes back.
        if sender.cancelled() and connection.outbox.close_code is not None:
            await _cut(send, connection.outbox.close_code)
        elif not sender.cancelled() and sender.exception() is not None:
            logger.error("A socket could not be written to", exc_info=sender.exception())
            await _cut(send, protocol.CLOSE_TRY_LATER)


async def _cut(send: Send, code: int) -> None:
    with contextlib.suppress(Exception):
        await send({"type": "websocket.close", "code": code})


class _Connection:
    def __init__(self, session_key: str, who: str, outbox: Outbox) -> None:
        self.outbox = outbox
        self._session_key = session_key
        self._who = who
        self._greeted = False
        self._streams: set[str] = set()
        self._bucket = Bucket(burst=FRAMES_BURST, per_second=FRAMES_PER_SECOND)
        self._flooding = 0

    async def read(self, receive: Receive) -> None:
        """Do one frame after the other until the browser goes."""
        said_hello_by = time.monotonic() + HELLO_SECONDS
        while True:
            try:
                async with asyncio.timeout(None if self._greeted else max(0, said_hello_by - time.monotonic())):
                    message = await receive()
            except TimeoutError:
                self.outbox.close(protocol.CLOSE_NO_HELLO)
                await asyncio.Event().wait()
            if message["type"] == "websocket.disconnect":
                return
            await self._do(message.get("text"))
            # Who asks for more than they read waits for the next answer, and not our memory for them.
            await self.outbox.has_room()

    def leave(self) -> None:
        for stream in self._streams:
            current_hub().unsubscribe(self.outbox, stream)
        self._streams.clear()

    async def _do(self, text: str | None) -> None:
        frame: Frame | None = None
        try:
            self._hold_back()
            frame = protocol.parse(text)
            if not self._greeted and frame.type != "hello":
                raise Refused("hello_first", 'The first frame is "hello".')
            await _ANSWERS[frame.type](self, frame)
        except Refused as refusal:
            self.outbox.put(encode_refusal(refusal, re=frame.id if frame else None))
        except (DatabaseError, InterfaceError) as error:
            logger.warning("A frame was not done: %s", error)
            self._fail(frame, "unavailable", "Not now; try again.")
        except Exception:
            logger.exception("A frame failed")
            # A message that we cannot take would come again for ever, and hold up what its writer says next.
            again = frame is None or frame.type != "send"
            self._fail(frame, "internal", "This failed, and is in our log.", retry_ms=RETRY_MS if again else None)

    def _fail(self, frame: Frame | None, code: str, text: str, *, retry_ms: int | None = RETRY_MS) -> None:
        self.outbox.put(encode("err", re=frame.id if frame else None, code=code, text=text, retry_ms=retry_ms))

    def _hold_back(self) -> None:
        if self._bucket.take():
            self._flooding = 0
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
        self._greeted = True
        limits = {"frame_bytes": protocol.MAX_FRAME_BYTES, "streams": MAX_STREAMS, "hole": feed.MAX_HOLE}
        limits |= {"frames_burst": FRAMES_BURST, "frames_per_second": int(FRAMES_PER_SECOND)}
        self.outbox.put(
            encode(
                "welcome",
                re=frame.id,
                v=protocol.VERSION,
                who=self._who,
                now=_now_ms(),
                heartbeat_seconds=int(HEAD_SECONDS),
                limits=limits,
            )
        )

    async def _sub(self, frame: Frame) -> None:
        if len(self._streams) >= MAX_STREAMS and frame.stream not in self._streams:
            raise Refused("too_many_streams", f"At most {MAX_STREAMS} streams a socket.")
        await database.run(kinds.authorise, self._session_key, frame.stream, frame.fields.get("ticket", ""))
        epoch, seq = frame.fields.get("epoch"), frame.fields.get("seq")
        await current_hub().subscribe(self.outbox, frame.stream, epoch=epoch, seq=seq, re=frame.id)
        self._streams.add(frame.stream)

    async def _unsub(self, frame: Frame) -> None:
        current_hub().unsubscribe(self.outbox, frame.stream)
        self._streams.discard(frame.stream)
        self.outbox.put(encode("ok", re=frame.id, stream=frame.stream))

    async def _sync(self, frame: Frame) -> None:
        if frame.stream not in self._streams:
            raise Refused("not_subscribed", '"sub" comes before "sync".')
        epoch, seq = frame.fields.get("epoch"), frame.fields["seq"]
        await current_hub().sync(self.outbox, frame.stream, epoch=epoch, seq=seq, re=frame.id)

    async def _perform(self, frame: Frame) -> None:
        answer = await database.run(kinds.perform, self._session_key, frame)
        self.outbox.put(encode("ok", re=frame.id, stream=frame.stream, cid=frame.fields.get("cid"), **answer))

    async def _ping(self, frame: Frame) -> None:
        self.outbox.put(encode("pong", re=frame.id, now=_now_ms()))


def _now_ms() -> int:
    return int(time.time() * 1000)


_ANSWERS: dict[str, Callable[[_Connection, Frame], Awaitable[None]]] = {
    "hello": _Connection._hello,
    "sub": _Connection._sub,
    "unsub": _Connection._unsub,
    "sync": _Connection._sync,
    "send": _Connection._perform,
    "hist": _Connection._perform,
    "ping": _Connection._ping,
}
