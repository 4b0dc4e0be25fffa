"""What waits to be sent over one socket: bounded, so that a slow reader fills nobody's memory."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from chat.live.protocol import CLOSE_TOO_SLOW, CLOSE_TRY_LATER

logger = logging.getLogger(__name__)

MAX_WAITING_FRAMES = 2000
# A resumed stream may bring 500 events of 2,000 characters at once.
MAX_WAITING_CHARACTERS = 4_000_000
# With so much waiting, the next question of the same browser is not answered yet.
MUCH_CHARACTERS = 100_000
# How long a reader that does not read may hold up its own closing.
CLOSING_SECONDS = 5.0
# And how long a server may take to close without it.
CUTTING_SECONDS = 1.0


class Text:
    """A frame for one socket or for many. ``wire`` is what a server made of it for the first: it serves all others."""

    __slots__ = ("text", "wire")

    def __init__(self, text: str) -> None:
        self.text = text
        self.wire: bytes | None = None


Send = Callable[[dict[str, Any]], Awaitable[None]]
# Writes a frame at once where the server can (deploy/daphne.py) and the reader keeps up; says whether it did.
Push = Callable[[Text], bool]


class Outbox:
    __slots__ = ("_characters", "_close_code", "_ended", "_push", "_room", "_send", "_task", "_texts")

    def __init__(self, send: Send, push: Push | None = None) -> None:
        self._send = send
        self._push = push
        self._texts: deque[Text] = deque()
        self._characters = 0
        self._close_code: int | None = None
        self._room: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None
        self._ended: Callable[[], None] | None = None

    def when_ended(self, ended: Callable[[], None]) -> None:
        """``ended`` is called once this side has closed, or has waited long enough for the other to let it."""
        self._ended = ended

    def put(self, frame: Text | str) -> None:
        if self._close_code is not None:
            return
        text = frame if isinstance(frame, Text) else Text(frame)
        # Nothing may overtake what waits.
        if self._task is None and self._push is not None and self._push(text):
            return
        self._texts.append(text)
        self._characters += len(text.text)
        if len(self._texts) > MAX_WAITING_FRAMES or self._characters > MAX_WAITING_CHARACTERS:
            self._texts.clear()
            self._characters = 0
            self.close(CLOSE_TOO_SLOW)
        self._send_soon()

    @property
    def close_code(self) -> int | None:
        """Why it is being closed from this side; None while it is not."""
        return self._close_code

    async def has_room(self) -> None:
        """Wait while much waits to be sent."""
        while self._characters > MUCH_CHARACTERS and self._close_code is None:
            self._room = self._room or asyncio.Event()
            self._room.clear()
            await self._room.wait()

    def close(self, code: int) -> None:
        """Send what waits, then close; a reader that does not take it is cut."""
        if self._close_code is None:
            self._close_code = code
            self._make_room()
            self._send_soon()
            asyncio.get_running_loop().call_later(CLOSING_SECONDS, self._end)

    async def cut(self) -> None:
        """Send nothing more. Where this side was to close and could not: close without waiting for the reader, for
        half dead is worse than dead: a browser that is cut comes back."""
        self._ended = None
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            if self._close_code is not None:
                with contextlib.suppress(Exception):
                    async with asyncio.timeout(CUTTING_SECONDS):
                        await self._send({"type": "websocket.close", "code": self._close_code})

    def _send_soon(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._texts:
                frame = self._texts.popleft()
                self._characters -= len(frame.text)
                self._make_room()
                await self._send({"type": "websocket.send", "text": frame.text})
            if self._close_code is not None:
                await self._send({"type": "websocket.close", "code": self._close_code})
                self._end()
        except Exception:
            logger.exception("A socket could not be written to")
            self._texts.clear()
            self._close_code = CLOSE_TRY_LATER
            self._end()
            return
        self._task = None

    def _make_room(self) -> None:
        if self._room is not None:
            self._room.set()

    def _end(self) -> None:
        ended, self._ended = self._ended, None
        if ended is not None:
            ended()
