"""A browser as the socket sees it: speaks the protocol through the whole ASGI application, without a server."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any

from channels.testing import WebsocketCommunicator

from config.asgi import application


class Closed(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class Browser:
    """``async with Browser(session) as browser``: connected and greeted; gone at the end."""

    def __init__(self, session_key: str = "", *, greet: bool = True, **headers: str) -> None:
        sent = {"host": "localhost:8080", "origin": "http://localhost:8080"} | headers
        if session_key:
            sent["cookie"] = f"sessionid={session_key}"
        pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items() if value]
        self._socket = WebsocketCommunicator(application, "/ws/", headers=pairs)
        self._socket.scope["client"] = ["127.0.0.1", 50000]
        self._greet = greet
        self.welcome: dict[str, Any] = {}

    async def __aenter__(self) -> Browser:
        connected, _ = await self._socket.connect(timeout=5)
        assert connected
        if self._greet:
            self.welcome = await self.ask(t="hello", v=1)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        await self._socket.disconnect(timeout=5)

    async def send(self, **frame: Any) -> None:
        await self._socket.send_to(text_data=json.dumps(frame))

    async def send_text(self, text: str) -> None:
        await self._socket.send_input({"type": "websocket.receive", "text": text})

    async def send_bytes(self, content: bytes) -> None:
        await self._socket.send_to(bytes_data=content)

    async def receive(self, timeout: float = 5) -> dict[str, Any]:
        message = await self._socket.receive_output(timeout)
        if message["type"] == "websocket.close":
            raise Closed(message["code"])
        frame: dict[str, Any] = json.loads(message["text"])
        return frame

    async def ask(self, **frame: Any) -> dict[str, Any]:
        await self.send(**frame)
        return await self.receive()

    async def follow(self, stream: str, **place: Any) -> dict[str, Any]:
        return await self.ask(t="sub", id="sub", stream=stream, **place)

    async def events(self, count: int) -> list[dict[str, Any]]:
        """The next so many events, whatever the frames that bring them."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            frame = await self.receive()
            if frame["t"] == "ev":
                found += frame["events"]
        return found

    async def hears_nothing(self, seconds: float = 0.2) -> bool:
        return bool(await self._socket.receive_nothing(seconds))
