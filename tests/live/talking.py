"""Somebody who talks over a real socket, comes back when it is lost, and resumes: docs/protocol.md on `websockets`.

What the page would show is in ``messages``; how it came there in ``log``.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.cookiejar
import json
import random
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any

import websockets

from tests.chat import conversation
from tests.chat.follower import Place, follow

RETRY_SECONDS = 0.3
# Docs/protocol.md, "What a client does".
ACK_EVENTS, ACK_SECONDS = 50, 0.5
PING_SECONDS, GIVE_UP_SECONDS = 25.0, 40.0
# Close codes from here on mean: do not come back.
FINAL = 4500


class Talker:
    def __init__(
        self,
        url: str,
        stream: str = "room:1",
        session: str = "",
        *,
        ping_seconds: float = PING_SECONDS,
        give_up_seconds: float = GIVE_UP_SECONDS,
    ) -> None:
        self.url = url.replace("http", "ws", 1) + "/ws/"
        self.stream = stream
        self.session = session
        self.who = ""
        # The events shown in their order, the first of which follows number ``began``. After a "reset" they begin anew,
        # and what the page shows begins with the whole of the room's history.
        self.place = Place()
        self.began: int | None = None
        self.log: list[dict[str, Any]] = []
        self.is_whole = False
        # By client id: what was said, the number of what is confirmed, and why the rest was refused.
        self.said: dict[str, dict[str, Any]] = {}
        self.kept: dict[str, int] = {}
        self.refused: dict[str, str] = {}
        self.connections = 0
        self.closes: list[int | None] = []
        self.asked: list[str] = []
        self.heard: dict[str, int] = {}
        self.errors: list[dict[str, Any]] = []
        self._headers = {"Cookie": f"sessionid={session}"} if session else {}
        self._ping_seconds, self._give_up_seconds = ping_seconds, give_up_seconds
        self._waiting: dict[str, dict[str, Any]] = {}
        self._under_way = ""
        self._questions: dict[str, dict[str, Any]] = {}
        self._acked, self._ack_at = 0, 0.0
        self._history: list[dict[str, Any]] = []
        self._is_reading = False
        self._socket: websockets.ClientConnection | None = None
        self._is_greeted = False
        self._ready, self._awake = asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._awake.set()

    async def __aenter__(self) -> Talker:
        self._task = asyncio.create_task(self._stay())
        await asyncio.wait_for(self._ready.wait(), 15)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait({self._task})
        if not self._task.cancelled():
            # Nothing else ends it but a code that says so.
            self._task.result()

    @property
    def texts(self) -> list[str]:
        return [event["data"]["text"] for event in self.log if event["kind"] == "message"]

    @property
    def is_idle(self) -> bool:
        """Nothing of its own waits, and its page is whole."""
        return not self._waiting and not self._is_reading

    @property
    def messages(self) -> conversation.Messages:
        """What the page shows: those that came after ``began``, or all of them."""
        return conversation.show(self._history, self.log)

    async def say(self, text: str, *, cid: str = "") -> str:
        return await self._ask("send", {"data": {"text": text}}, cid)

    async def edit(self, seq: int, text: str) -> str:
        return await self._ask("edit", {"seq": seq, "data": {"text": text}})

    async def delete(self, seq: int) -> str:
        return await self._ask("del", {"seq": seq})

    async def until(self, count: int, seconds: float) -> None:
        """Wait until so many events were shown."""
        await self._until(lambda: len(self.log) >= count, seconds)

    async def until_at(self, seq: int, seconds: float) -> None:
        await self._until(lambda: self.place.seq is not None and self.place.seq >= seq and self.is_idle, seconds)

    async def until_all_kept(self, seconds: float) -> None:
        await self._until(lambda: not self._waiting, seconds)

    def sleep(self) -> None:
        """Read nothing more, as a browser whose machine sleeps: what comes fills the buffers on the way."""
        self._awake.clear()

    def wake(self) -> None:
        self._awake.set()

    async def put(self, frame: dict[str, Any]) -> None:
        if self._socket is not None:
            with contextlib.suppress(websockets.ConnectionClosed):
                await self._socket.send(json.dumps(frame))

    async def _until(self, condition: Callable[[], bool], seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.01)

    async def _ask(self, kind: str, fields: dict[str, Any], cid: str = "") -> str:
        """Of each stream one is under way at a time: the next one might overtake one that is told to wait."""
        cid = cid or uuid.uuid4().hex
        self.said[cid] = self._waiting[cid] = {"t": kind, "id": cid, "stream": self.stream, "cid": cid} | fields
        await self._send_next()
        return cid

    async def _send_next(self) -> None:
        if self._is_greeted and not self._under_way and self._waiting:
            self._under_way = next(iter(self._waiting))
            await self.put(self._waiting[self._under_way])

    async def _settle(self, cid: str) -> None:
        self._waiting.pop(cid, None)
        if cid == self._under_way:
            self._under_way = ""
            await self._send_next()

    async def _stay(self) -> None:
        while not self.closes or (self.closes[-1] or 0) < FINAL:
            with contextlib.suppress(OSError, websockets.WebSocketException, TimeoutError):
                options: dict[str, Any] = {"ping_interval": None, "close_timeout": 1, "open_timeout": 5}
                async with websockets.connect(self.url, additional_headers=self._headers, **options) as socket:
                    self._socket = socket
                    self.connections += 1
                    try:
                        await self.put({"t": "hello", "v": 1})
                        await self._listen(socket)
                    finally:
                        self._socket, self._is_greeted, self._under_way = None, False, ""
                        self.closes.append(socket.close_code)
            await asyncio.sleep(RETRY_SECONDS * random.random())

    async def _listen(self, socket: websockets.ClientConnection) -> None:
        """Until the socket ends, or nothing has come for so long that it is given up."""
        heard_at, pinged = time.monotonic(), False
        while True:
            await self._awake.wait()
            due = min(self._ack_at or heard_at + self._ping_seconds, heard_at + self._ping_seconds)
            try:
                async with asyncio.timeout(max(0.05, due - time.monotonic())):
                    text = await socket.recv()
            except TimeoutError:
                if time.monotonic() - heard_at > self._give_up_seconds:
                    return
                if time.monotonic() - heard_at > self._ping_seconds and not pinged:
                    pinged = True
                    await self.put({"t": "ping"})
            else:
                heard_at, pinged = time.monotonic(), False
                await self._hear(json.loads(text))
            await self._acknowledge()

    async def _acknowledge(self) -> None:
        seq = self.place.seq or 0
        if not self._is_greeted:
            return
        if seq >= self._acked + ACK_EVENTS or (self._ack_at and time.monotonic() >= self._ack_at):
            self._acked, self._ack_at = seq, 0.0
            await self.put({"t": "ack", "stream": self.stream, "seq": seq})
        elif seq > self._acked and not self._ack_at:
            self._ack_at = time.monotonic() + ACK_SECONDS

    async def _hear(self, frame: dict[str, Any]) -> None:
        self.heard[frame["t"]] = self.heard.get(frame["t"], 0) + 1
        if frame["t"] == "welcome":
            self.who, self._is_greeted = frame["who"], True
            # To resume tells as much.
            self._acked, self._ack_at = self.place.seq or 0, 0.0
            place = {name: value for name, value in vars(self.place).items() if value is not None}
            await self._follow_up({"t": "sub", "id": "sub", "stream": self.stream} | place)
            if self._is_reading:
                await self._read_history()
            await self._send_next()
        elif frame["t"] == "ok" and frame.get("re") == "history":
            await self._read_on(frame["data"])
        elif frame["t"] == "ok" and frame.get("cid") in self._waiting:
            self.kept[frame["cid"]] = frame["seq"]
            await self._settle(frame["cid"])
        elif frame["t"] == "err":
            await self._hear_refusal(frame)
        elif frame.get("stream") == self.stream:
            await self._follow(frame)

    async def _hear_refusal(self, frame: dict[str, Any]) -> None:
        self.errors.append(frame)
        asked = str(frame.get("re"))
        if "retry_ms" in frame:
            asyncio.get_running_loop().call_later(frame["retry_ms"] / 1000, self._again, asked, self.connections)
        elif asked in self._waiting:
            self.refused[asked] = frame["code"]
            await self._settle(asked)

    def _again(self, asked: str, connection: int) -> None:
        """What was to be asked once more; after a break it was, or it is no question any more."""
        frame = self._waiting.get(asked) if asked == self._under_way else self._questions.get(asked)
        if frame is not None and self.connections == connection:
            asyncio.ensure_future(self.put(frame))  # noqa: RUF006 - the next break repeats it

    async def _follow_up(self, frame: dict[str, Any]) -> None:
        """Ask what only matters for following: the newest of each kind is the one that counts."""
        self._questions[frame["id"]] = frame
        await self.put(frame)

    async def _follow(self, frame: dict[str, Any]) -> None:
        self.place, events, ask = follow(self.place, frame)
        if self.began is None:
            self.began = self._acked = self.place.seq or 0
        for event in events:
            await self._show(event)
        self._ready.set()
        if ask is not None:
            self.asked.append(ask)
        if ask == "sync":
            self._acked, self._ack_at = self.place.seq or 0, 0.0
            await self._follow_up({"t": "sync", "id": "sync", "stream": self.stream} | vars(self.place))
        elif ask == "reload":
            self.began = self._acked = self.place.seq or 0
            self.log, self.is_whole = [], True
            await self._read_history()

    async def _show(self, event: dict[str, Any]) -> None:
        self.log.append(event)
        # Its own event is as good as the answer.
        if event["author"] == self.who and event["cid"] in self._waiting:
            self.kept[event["cid"]] = event["seq"]
            await self._settle(event["cid"])

    async def _read_history(self) -> None:
        """The state of the page after a "reset": all of the history, then the events that came meanwhile."""
        self._history, self._is_reading = [], True
        await self._follow_up({"t": "hist", "id": "history", "stream": self.stream, "limit": 100})

    async def _read_on(self, page: dict[str, Any]) -> None:
        self._history += page["messages"]
        self._is_reading = page["older"]
        if self._is_reading:
            oldest = min(message["seq"] for message in self._history)
            asked = {"t": "hist", "id": "history", "stream": self.stream, "before": oldest, "limit": 100}
            await self._follow_up(asked)


async def talk(talker: Talker, count: int, pause: float = 0.15) -> list[str]:
    """Say so much, not faster than one may; gives what was said."""
    said = [f"{talker.stream} {number}" for number in range(count)]
    for text in said:
        await talker.say(text)
        await asyncio.sleep(pause)
    return said


def join(url: str, name: str) -> str:
    """Choose a name in the lobby as the page does; gives the session's key."""
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    browser.open(f"{url}/chat/", timeout=20).read()
    token = next(cookie.value for cookie in cookies if cookie.name == "csrftoken")
    form = urllib.parse.urlencode({"name": name, "csrfmiddlewaretoken": token}).encode()
    browser.open(f"{url}/chat/lobby/name", form, timeout=20).read()
    return next(str(cookie.value) for cookie in cookies if cookie.name == "sessionid")
