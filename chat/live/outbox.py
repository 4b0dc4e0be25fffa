"""What waits to be sent over one socket: bounded, so that a slow reader fills nobody's memory."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from chat.live.protocol import CLOSE_TOO_SLOW

Send = Callable[[dict[str, Any]], Awaitable[None]]

MAX_WAITING_FRAMES = 2000
# A resumed stream may bring 500 events of 2,000 characters at once.
MAX_WAITING_CHARACTERS = 4_000_000
# With so much waiting, the next question of the same browser is not answered yet.
MUCH_CHARACTERS = 100_000
# How long a reader that does not read may hold up its own closing.
CLOSING_SECONDS = 5.0


class Outbox:
    def __init__(self, send: Send) -> None:
        self._send = send
        self._texts: deque[str] = deque()
        self._characters = 0
        self._close_code: int | None = None
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> asyncio.Task[None]:
        """The task that sends; it ends when the socket has been closed from this side."""
        self._task = asyncio.create_task(self._run())
        return self._task

    def put(self, text: str) -> None:
        if self._close_code is not None:
            return
        self._texts.append(text)
        self._characters += len(text)
        if len(self._texts) > MAX_WAITING_FRAMES or self._characters > MAX_WAITING_CHARACTERS:
            self._texts.clear()
            self.close(CLOSE_TOO_SLOW)
        self._wake.set()

    @property
    def close_code(self) -> int | None:
        """Why it is being closed from this side; None while it is not."""
        return self._close_code

    async def has_room(self) -> None:
        """Wait while much waits to be sent."""
        while self._characters > MUCH_CHARACTERS and self._close_code is None:
            self._room.clear()
            await self._room.wait()

    def close(self, code: int) -> None:
        """Send what waits, then close; a reader that does not take it is cut."""
        if self._close_code is None:
            self._close_code = code
            self._wake.set()
            self._room.set()
            if self._task is not None:
                asyncio.get_running_loop().call_later(CLOSING_SECONDS, self._task.cancel)

    async def _run(self) -> None:
        while True:
            while self._texts:
                text = self._texts.popleft()
                self._characters -= len(text)
                self._room.set()
                await self._send({"type": "websocket.send", "text": text})
            if self._close_code is not None:
                await self._send({"type": "websocket.close", "code": self._close_code})
                return
            self._wake.clear()
            await self._wake.wait()
