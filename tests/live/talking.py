"""Somebody who talks over a real socket, comes back when it is lost, and resumes: docs/protocol.md on `websockets`."""

from __future__ import annotations

import asyncio
import contextlib
import http.cookiejar
import json
import random
import urllib.parse
import urllib.request
import uuid
from typing import Any

import websockets

from tests.chat.follower import Place, follow

RETRY_SECONDS = 0.3


class Talker:
    """``log`` holds the events in the order they were shown; ``kept`` the sends that an ok confirmed, by client id."""

    def __init__(self, url: str, stream: str = "room:1", session: str = "") -> None:
        self.url = url.replace("http", "ws", 1) + "/ws/"
        self.stream = stream
        self.place = Place()
        self.log: list[dict[str, Any]] = []
        self.kept: dict[str, int] = {}
        self.connections = 0
        self.errors: list[dict[str, Any]] = []
        self._headers = {"Cookie": f"sessionid={session}"} if session else {}
        self._waiting: dict[str, dict[str, Any]] = {}
        self._socket: websockets.ClientConnection | None = None
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Talker:
        self._task = asyncio.create_task(self._stay())
        await asyncio.wait_for(self._ready.wait(), 15)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    @property
    def texts(self) -> list[str]:
        return [event["data"]["text"] for event in self.log if event["kind"] == "message"]

    async def say(self, text: str) -> None:
        client_id = uuid.uuid4().hex
        frame = {"t": "send", "id": client_id, "stream": self.stream, "cid": client_id, "data": {"text": text}}
        self._waiting[client_id] = frame
        await self._put(frame)

    async def until(self, count: int, seconds: float) -> None:
        """Wait until so many events were shown."""
        async with asyncio.timeout(seconds):
            while len(self.log) < count:
                await asyncio.sleep(0.01)

    async def until_all_kept(self, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while self._waiting:
                await asyncio.sleep(0.01)

    async def _stay(self) -> None:
        while True:
            try:
                async with websockets.connect(self.url, additional_headers=self._headers, open_timeout=5) as socket:
                    self._socket = socket
                    self.connections += 1
                    await self._put({"t": "hello", "v": 1})
                    async for text in socket:
                        await self._hear(json.loads(text))
            except (OSError, websockets.WebSocketException, TimeoutError):
                pass
            self._socket = None
            await asyncio.sleep(RETRY_SECONDS * random.random())

    async def _hear(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "welcome":
            place = {name: value for name, value in vars(self.place).items() if value is not None}
            await self._put({"t": "sub", "stream": self.stream} | place)
            for waiting in list(self._waiting.values()):
                await self._put(waiting)
        elif frame["t"] == "ok" and frame.get("cid") in self._waiting:
            self.kept[frame["cid"]] = frame["seq"]
            del self._waiting[frame["cid"]]
        elif frame["t"] == "err":
            self.errors.append(frame)
            if frame.get("re") in self._waiting and "retry_ms" in frame:
                asyncio.get_running_loop().call_later(frame["retry_ms"] / 1000, self._again, frame["re"])
        elif frame.get("stream") == self.stream:
            self.place, events, ask = follow(self.place, frame)
            self.log += events
            self._ready.set()
            if ask == "sync":
                await self._put({"t": "sync", "stream": self.stream} | vars(self.place))

    def _again(self, client_id: str) -> None:
        if client_id in self._waiting:
            asyncio.ensure_future(self._put(self._waiting[client_id]))  # noqa: RUF006 - the next break repeats it

    async def _put(self, frame: dict[str, Any]) -> None:
        if self._socket is not None:
            with contextlib.suppress(websockets.ConnectionClosed):
                await self._socket.send(json.dumps(frame))


def join(url: str, name: str) -> str:
    """Choose a name in the lobby as the page does; gives the session's key."""
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    browser.open(f"{url}/chat/", timeout=20).read()
    token = next(cookie.value for cookie in cookies if cookie.name == "csrftoken")
    form = urllib.parse.urlencode({"name": name, "csrfmiddlewaretoken": token}).encode()
    browser.open(f"{url}/chat/lobby/name", form, timeout=20).read()
    return next(str(cookie.value) for cookie in cookies if cookie.name == "sessionid")
