"""The client of the live protocol under load: follows without a gap, and says when a server loses or doubles."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from deploy.errors import DeployError
from deploy.lab import running
from deploy.lab.generator import chat, hold

STREAM = "room:1"
Frames = list[dict[str, Any]]


class Room:
    """A small server of the protocol. ``told`` makes of an event the frames that listener number n gets of it."""

    def __init__(self, told: Callable[[int, dict[str, Any]], Frames] | None = None) -> None:
        self.events: Frames = []
        self.heard: Frames = []
        self.cookies: list[str] = []
        self._told = told or (lambda _listener, event: [_events(event)])
        self._listeners: list[ServerConnection] = []
        self._lock = threading.Lock()

    def __call__(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.cookies.append(connection.request.headers.get("Cookie", ""))
        with contextlib.suppress(ConnectionClosed):
            for message in connection:
                with self._lock:
                    self._do(connection, json.loads(message))

    def _do(self, connection: ServerConnection, frame: dict[str, Any]) -> None:
        self.heard.append(frame)
        match frame["t"]:
            case "hello":
                _put(connection, t="welcome", v=1)
            case "sub":
                self._listeners.append(connection)
                _put(connection, t="sub_ok", stream=STREAM, epoch="e", seq=len(self.events))
            case "send":
                self._keep(connection, frame)
            case "sync":
                _put(connection, **_events(*self.events[frame["seq"] :]))
                _put(connection, t="head", stream=STREAM, epoch="e", seq=len(self.events))

    def _keep(self, connection: ServerConnection, frame: dict[str, Any]) -> None:
        seq = len(self.events) + 1
        # Words that would mislead a reader who looks for letters instead of reading JSON.
        data = {"text": 'a "seq": 7, [{]}\\', "more": [{"cid": "x", "seq": 99}, None, -1.5e3, True]}
        self.events.append({"kind": "message", "data": data, "seq": seq, "cid": frame["cid"]})
        for number, listener in enumerate(self._listeners):
            for told in self._told(number, self.events[-1]):
                _put(listener, **told)
        _put(connection, t="ok", re=frame["id"], stream=STREAM, cid=frame["cid"], seq=seq)


def _events(*events: dict[str, Any]) -> dict[str, Any]:
    return {"t": "ev", "stream": STREAM, "events": list(events)}


def _put(connection: ServerConnection, **frame: Any) -> None:
    with contextlib.suppress(ConnectionClosed):
        connection.send(json.dumps(frame, indent=1))


@contextlib.contextmanager
def open_to_all(room: Callable[[ServerConnection], None]) -> Iterator[int]:
    with serve(room, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.socket.getsockname()[1]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("rate", [None, 60.0], ids=["closed", "open"])
def test_what_is_kept_comes_to_every_listener(rate: float | None) -> None:
    room = Room()
    with open_to_all(room) as port:
        load = chat(
            port, "/ws/", STREAM, sockets=6, cookies=["a=1", "b=2"], seconds=0.5, warm_up_seconds=0.1, rate=rate
        )
    assert load.kept == len(room.events) == load.last > load.sent > 10
    assert load.deliveries == load.kept * 6
    assert load.is_whole
    assert load.latency.count == load.sent * 6
    assert load.confirming.count == load.sent
    assert (load.lag.count > 10) == (rate is not None)
    assert not any(load.errors.values())
    assert sorted(room.cookies) == ["", "", "", "", "a=1", "b=2"]


def test_what_was_shown_is_acknowledged() -> None:
    room = Room()
    with open_to_all(room) as port:
        load = chat(port, "/ws/", STREAM, sockets=2, cookies=["a=1"], seconds=0.8, rate=None, drain_seconds=2)
        acknowledged = [frame["seq"] for frame in room.heard if frame["t"] == "ack"]
    assert load.kept > 60
    assert acknowledged == sorted(acknowledged)
    # After fifty events, and half a second after the first of fewer.
    assert len(acknowledged) >= 2 * (load.kept // 50)


def test_only_some_listen_where_so_it_is_wanted() -> None:
    room = Room()
    with open_to_all(room) as port:
        load = chat(port, "/ws/", STREAM, sockets=5, listeners=1, cookies=["a=1"] * 4, seconds=0.3, rate=None)
    assert sum(frame["t"] == "sub" for frame in room.heard) == 1
    assert load.is_whole
    assert load.deliveries == load.kept > 10


@pytest.mark.parametrize("fault", ["hole", "lag", "twice"])
def test_what_a_listener_missed_it_asks_for(fault: str) -> None:
    def told(listener: int, event: dict[str, Any]) -> Frames:
        if listener or event["seq"] % 5 or fault == "twice":
            return [_events(event)] * (2 if fault == "twice" else 1)
        return [{"t": "lag", "stream": STREAM, "seq": event["seq"]}] if fault == "lag" else []

    with open_to_all(Room(told)) as port:
        load = chat(port, "/ws/", STREAM, sockets=3, cookies=["a=1"], seconds=0.4, rate=None, drain_seconds=1)
    found = {"hole": load.holes, "lag": load.lags, "twice": load.repeated}
    assert found[fault] > 3
    assert load.is_whole or fault == "hole"
    # Without a "head" nobody learns of the last one.
    assert load.lost <= 1


def test_a_message_that_is_lost_for_ever_is_missed() -> None:
    class Forgetful(Room):
        def _do(self, connection: ServerConnection, frame: dict[str, Any]) -> None:
            if frame["t"] != "sync":
                super()._do(connection, frame)

    def told(listener: int, event: dict[str, Any]) -> Frames:
        return [] if listener == 0 and event["seq"] == 3 else [_events(event)]

    with open_to_all(Forgetful(told)) as port:
        load = chat(port, "/ws/", STREAM, sockets=3, cookies=["a=1"], seconds=0.3, rate=None, drain_seconds=0.3)
    assert load.lost == load.kept - 2
    assert (load.complete, load.listeners) == (2, 3)
    assert not load.is_whole


def test_who_is_told_to_wait_says_it_again_later() -> None:
    class Hasty(Room):
        refused = 0

        def _keep(self, connection: ServerConnection, frame: dict[str, Any]) -> None:
            if self.refused < 3:
                self.refused += 1
                _put(connection, t="err", re=frame["id"], code="rate", text="too fast", retry_ms=50)
            else:
                super()._keep(connection, frame)

    room = Hasty()
    with open_to_all(room) as port:
        load = chat(port, "/ws/", STREAM, sockets=2, cookies=["a=1"], seconds=0.5, rate=None)
    assert (load.repeated_sends, load.refused, load.code) == (3, 0, "rate")
    assert load.is_whole
    assert len({frame["cid"] for frame in room.heard if frame["t"] == "send"}) == load.kept


def test_who_is_not_let_in_is_told_of_in_one_line() -> None:
    def refuse(connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            for message in connection:
                is_hello = json.loads(message)["t"] == "hello"
                _put(connection, **({"t": "welcome"} if is_hello else {"t": "err", "code": "forbidden"}))
                if not is_hello:
                    connection.close(4013)

    with open_to_all(refuse) as port, pytest.raises(DeployError, match=r"0 of 2 sockets.*room:1.*forbidden"):
        chat(port, "/ws/", STREAM, sockets=2, cookies=["a=1"], seconds=0.1, rate=None)


def test_a_room_can_be_held_open() -> None:
    room = Room()
    with open_to_all(room) as port, hold(port, "chat", "/ws/", connections=5, stream=STREAM) as held:
        assert (held.open, held.refused) == (5, 0)
        assert held.still_open() == 5
        assert [frame["t"] for frame in room.heard].count("sub") == 5


def test_the_library_broadcasts_what_the_client_follows(tmp_path: Path) -> None:
    """deploy/lab/peers/broadcast.py: the limit that the bench measures."""
    port = running.free_port()
    command = ["python", "-m", "deploy.lab.peers.broadcast", "--port", str(port)]
    with running.started(command, {}, port, tmp_path, ready="/") as subject:
        began = time.monotonic()
        load = chat(port, "/ws/", STREAM, sockets=20, cookies=[""] * 5, seconds=0.5, rate=None)
        assert subject.is_alive()
    assert load.is_whole
    assert load.deliveries > 100
    assert time.monotonic() - began < 10
