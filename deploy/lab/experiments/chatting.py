"""People in the site's chat: some speak, all listen, and each says when what was said came to them.

Over sockets as docs/protocol.md has it, or, where sockets are refused, by asking for the room's newest messages again
and again. A thread each: some hundred messages a second are nothing.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from deploy.lab.experiments import visiting, wire
from deploy.lab.experiments.visiting import Visitor
from deploy.lab.trials import Flawed

READY_SECONDS = 15.0
# How long the last message may take before it counts as lost.
GRACE_SECONDS = 5.0
POLL_SECONDS = 2.0
NICENESS = 5

Say = Callable[[str], None]


@dataclass
class Talk:
    """What was said and what came. Times are of ``time.monotonic``; ``said`` has the intended ones."""

    listeners: int
    said: dict[str, float] = field(default_factory=dict)
    _heard: dict[tuple[int, str], float] = field(default_factory=dict)

    def hear(self, listener: int, text: str) -> None:
        """By the first time counts what comes again."""
        self._heard.setdefault((listener, text), time.monotonic())

    @property
    def expected(self) -> int:
        return len(self.said) * self.listeners

    @property
    def latencies_ms(self) -> list[float]:
        """Of each message at each listener where it arrived, from when it was to be said, in ascending order."""
        heard = dict(self._heard)
        return sorted((at - self.said[text]) * 1000 for (_, text), at in heard.items() if text in self.said)


def talk(talk: Talk, speakers: Sequence[Say], *, seconds: float, every_seconds: float) -> None:
    """Let the speakers say something in turns, then wait for what is still under way."""
    # One that is held up must not hold up the others: each message is due at its own time.
    with ThreadPoolExecutor(len(speakers)) as threads:
        began = time.monotonic()
        for number in range(int(seconds / every_seconds)):
            due = began + number * every_seconds
            time.sleep(max(0.0, due - time.monotonic()))
            text = uuid.uuid4().hex
            talk.said[text] = due
            threads.submit(speakers[number % len(speakers)], text)
        time.sleep(max(0.0, began + seconds - time.monotonic()))
    deadline = time.monotonic() + GRACE_SECONDS
    while len(talk.latencies_ms) < talk.expected and time.monotonic() < deadline:
        time.sleep(0.02)


@contextlib.contextmanager
def over_sockets(port: int, record: Talk, speakers: Sequence[Visitor]) -> Iterator[list[Say]]:
    """Open a socket for each listener; the first ones are the speakers'. Raises Flawed where one is not let in."""
    stream = visiting.room_stream(speakers[0])
    with contextlib.ExitStack() as sockets:
        listeners = [
            sockets.enter_context(_Listener(port, stream, number, record, visitor.headers["Cookie"] if visitor else ""))
            for number, visitor in enumerate([*speakers, *[None] * (record.listeners - len(speakers))])
        ]
        for listener in listeners:
            listener.wait_ready()
        yield [listener.say for listener in listeners[: len(speakers)]]


class _Listener:
    def __init__(self, port: int, stream: str, number: int, record: Talk, cookie: str) -> None:
        self._stream, self._number, self._record = stream, number, record
        headers = {"Cookie": cookie} if cookie else {}
        try:
            self._socket = wire.WebSocket(port, "/ws/", headers=headers, timeout_seconds=READY_SECONDS + 60)
        except (OSError, EOFError) as error:
            raise Flawed(f"a socket of the chat: {error}") from error
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> _Listener:
        if not self._socket.is_open:
            self._socket.close()
            raise Flawed(f"a socket of the chat was refused with {self._socket.status}")
        self._thread.start()
        self._put(t="hello", v=1)
        self._put(t="sub", stream=self._stream)
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shut()
        self._thread.join()
        self._socket.close()

    def wait_ready(self) -> None:
        if not self._ready.wait(READY_SECONDS):
            raise Flawed("a socket of the chat was not let into the room")

    def say(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._put(t="send", stream=self._stream, cid=text, data={"text": text})

    def _listen(self) -> None:
        _give_way()
        with contextlib.suppress(OSError, EOFError):
            while True:
                opcode, payload = self._socket.receive()
                if opcode == wire.PING:
                    self._socket.send(wire.PONG, payload)
                elif opcode == wire.TEXT:
                    self._hear(json.loads(payload))

    def _hear(self, frame: dict[str, object]) -> None:
        if frame["t"] == "sub_ok":
            self._ready.set()
        events = frame.get("events") if frame["t"] == "ev" else None
        for event in events if isinstance(events, list) else []:
            if event["kind"] == "message":
                self._record.hear(self._number, event["data"]["text"])

    def _put(self, **frame: object) -> None:
        self._socket.send(wire.TEXT, json.dumps(frame).encode())


@contextlib.contextmanager
def by_asking(port: int, record: Talk, speakers: Sequence[Visitor], room: str) -> Iterator[list[Say]]:
    """Everybody asks for the newest messages every ``POLL_SECONDS``; the speakers send the page's form."""
    ended = threading.Event()
    threads = [
        threading.Thread(target=_ask_again, args=(port, f"{room}history", number, record, ended), daemon=True)
        for number in range(record.listeners)
    ]
    for thread in threads:
        thread.start()
    try:
        yield [_form_sender(visitor, room) for visitor in speakers]
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def _ask_again(port: int, path: str, number: int, record: Talk, ended: threading.Event) -> None:
    """Evenly staggered: so many browsers do not ask in step."""
    _give_way()
    due = time.monotonic() + POLL_SECONDS * number / record.listeners
    while not ended.wait(max(0.0, due - time.monotonic())):
        due += POLL_SECONDS
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            status, body = wire.ask(port, path, timeout_seconds=READY_SECONDS)
            for message in json.loads(body)["messages"] if status == 200 else []:
                record.hear(number, message["text"])


def _give_way() -> None:
    """A thread has a priority of its own here: the load of pages comes from the same core, and must not come late."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def _form_sender(visitor: Visitor, room: str) -> Say:
    def say(text: str) -> None:
        with contextlib.suppress(Flawed):
            visitor.send(f"{room}send", {"text": text, "client_id": text})

    return say
