"""Our Daphne, told to stop: who is connected is served, or told when to come back, and nobody holds it up for long."""

from __future__ import annotations

import contextlib
import http.client
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy.lab.experiments import wire
from tests.deploy.daphnes import TWO, serving

pytestmark = pytest.mark.live

COME_BACK = 4012
# Notes what each socket is told and when, and that it could clean up; /for-ever answers nobody.
NOTING = """
import asyncio, time

def note(word):
    with open("notes", "a") as notes:
        notes.write(word + "\\n")

async def application(scope, receive, send):
    if scope["path"] == "/plain":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    try:
        if scope["type"] == "http":
            await asyncio.Event().wait()
        await receive()
        await send({"type": "websocket.accept"})
        told = await receive()
        # Whoever is told is not made to fail by what it was about to say.
        await send({"type": "websocket.send", "text": "too late"})
        note(f"told {told['code']} {time.monotonic()}")
    finally:
        await asyncio.sleep(0.1)
        note("cleaned up")
"""


@contextlib.contextmanager
def asking(port: int, path: str) -> Iterator[Future[tuple[int, bytes]]]:
    """Ask, and go on once the request is under way."""
    with ThreadPoolExecutor(1) as threads:
        future = threads.submit(wire.ask, port, path, timeout_seconds=20)
        time.sleep(0.4)
        yield future


@contextlib.contextmanager
def opened(port: int, path: str, count: int) -> Iterator[list[wire.WebSocket]]:
    with contextlib.ExitStack() as cleanup:
        sockets = []
        for _number in range(count):
            sockets.append(wire.WebSocket(port, path, timeout_seconds=15))
            cleanup.callback(sockets[-1].close)
            assert sockets[-1].is_open
        yield sockets


def noting(folder: Path) -> str:
    (folder / "noting.py").write_text(NOTING, encoding="utf-8")
    return "noting:application"


def test_a_request_under_way_is_answered_and_nobody_new_is_let_in(tmp_path: Path) -> None:
    with serving(tmp_path) as server, asking(server.port, "/wait?ms=2000") as answer:
        server.tell()
        time.sleep(0.3)
        with pytest.raises(ConnectionRefusedError):
            wire.ask(server.port, "/plain", timeout_seconds=1)
        assert answer.result() == (200, b"waited 2000 ms")
        assert server.ended_within(2)
        assert server.process.returncode == 0


def test_a_kept_connection_is_served_once_more_and_closed(tmp_path: Path) -> None:
    with serving(tmp_path) as server, asking(server.port, "/wait?ms=2000") as answer:
        kept = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        with contextlib.closing(kept):
            for closes in (False, True):
                kept.request("GET", "/plain")
                response = kept.getresponse()
                assert response.read() == b"Hello, world!"
                assert response.will_close is closes
                if not closes:
                    server.tell()
                    time.sleep(0.3)
        assert answer.result()[0] == 200


def test_every_socket_is_told_to_come_back_and_its_application_too(tmp_path: Path) -> None:
    with serving(tmp_path, noting(tmp_path)) as server, opened(server.port, "/", 200) as sockets:
        began = time.monotonic()
        server.tell()
        for socket in sockets:
            assert socket.close_code() == COME_BACK
            socket.send(wire.CLOSE, COME_BACK.to_bytes(2, "big"))
        assert server.ended_within(3)
        assert time.monotonic() - began < 5
    notes = (tmp_path / "notes").read_text(encoding="utf-8").split("\n")
    told = sorted(float(note.split()[2]) for note in notes if note.startswith(f"told {COME_BACK} "))
    assert len(told) == notes.count("cleaned up") == 200
    assert told[-1] - told[0] > 0.2, "all of them come back at once"
    assert (tmp_path / "log").read_text(encoding="utf-8") == ""


def test_who_does_not_answer_the_close_frame_holds_nobody_up(tmp_path: Path) -> None:
    with serving(tmp_path) as server, opened(server.port, "/echo", 20) as sockets:
        server.tell()
        assert all(socket.close_code() == COME_BACK for socket in sockets)
        assert server.ended_within(4)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_it_at_once(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path) as server, asking(server.port, "/wait?ms=9000") as answer:
        server.tell(number)
        assert not server.ended_within(0.6)
        server.tell(number)
        assert server.ended_within(1)
        assert isinstance(answer.exception(), OSError | http.client.HTTPException)


def test_what_does_not_end_in_time_is_cancelled_and_can_clean_up(tmp_path: Path) -> None:
    with serving(tmp_path, noting(tmp_path)) as server, asking(server.port, "/for-ever") as answer:
        began = time.monotonic()
        server.tell()
        assert answer.result()[0] == 503
        assert server.ended_within(13 - (time.monotonic() - began))
    assert (tmp_path / "notes").read_text(encoding="utf-8") == "cleaned up\n"


def test_of_several_on_one_socket_each_ends_its_own(tmp_path: Path) -> None:
    """The one that has nothing to do ends first, and the other one is not hurried by that."""
    with serving(tmp_path, words=TWO) as server, asking(server.port, "/wait?ms=2000") as answer:
        with opened(server.port, "/echo", 20) as sockets:
            server.tell()
            assert all(socket.close_code() == COME_BACK for socket in sockets)
        assert answer.result() == (200, b"waited 2000 ms")
        assert server.ended_within(2)
        assert server.process.returncode == 0
