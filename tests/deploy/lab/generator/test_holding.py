"""Connections that are kept open, and processes that are not left behind."""

from __future__ import annotations

import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.errors import DeployError
from deploy.lab.generator import hold
from deploy.plan import ROOT
from tests.deploy.lab.generator.scripted import OK, Script, answering, answering_once, read_request, serving
from tests.deploy.lab.generator.test_messages import UPGRADED

EVENT_STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"


def opening(answer: bytes, ending: threading.Event | None = None) -> Script:
    """Answers and keeps the connection until its client leaves, or ``ending`` is set."""

    def script(client: socket.socket, number: int) -> None:
        read_request(client)
        client.sendall(answer)
        if ending is None:
            client.recv(1)
        else:
            ending.wait(10)

    return script


def eventually(condition: Callable[[], bool], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


@pytest.mark.parametrize(
    ("kind", "answer"),
    [("websocket", UPGRADED + b"\x81\x05hello"), ("events", EVENT_STREAM + b"data: 0\n\n"), ("wait", b"")],
)
def test_connections_are_opened_and_kept(kind: str, answer: bytes) -> None:
    ending = threading.Event()
    with serving(opening(answer, ending)) as port, hold(port, kind, "/", connections=100) as held:  # type: ignore[arg-type]
        assert (held.open, held.refused) == (100, 0)
        assert held.connect_seconds < 5
        assert eventually(lambda: held.received() == 100 * len(answer))
        assert held.still_open() == 100
        ending.set()
        assert eventually(lambda: held.still_open() == 0)


def test_a_request_that_waits_is_held_until_it_is_answered() -> None:
    ending = threading.Event()

    def script(client: socket.socket, number: int) -> None:
        read_request(client)
        ending.wait(10)
        client.sendall(OK)
        client.recv(1)

    with serving(script) as port, hold(port, "wait", "/wait", connections=10) as held:
        assert held.still_open() == 10
        ending.set()
        assert eventually(lambda: held.still_open() == 0)
        assert held.received() == 10 * len(OK)


def test_pings_on_a_held_socket_are_answered() -> None:
    heard: list[bytes] = []

    def script(client: socket.socket, number: int) -> None:
        read_request(client)
        client.sendall(UPGRADED)
        client.sendall(b"\x89\x02hi")
        frame = client.recv(100)
        heard.append(frame[:2] + bytes(letter ^ frame[2 + at] for at, letter in enumerate(frame[6:])))
        client.recv(1)

    with serving(script) as port, hold(port, "websocket", "/", connections=1) as held:
        assert eventually(lambda: heard == [b"\x8a\x82hi"])
        assert held.still_open() == 1


def test_five_thousand_connections_are_held() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        accepted: list[socket.socket] = []

        def accept() -> None:
            while len(accepted) < 5000:
                accepted.append(listener.accept()[0])

        thread = threading.Thread(target=accept, daemon=True)
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limits[1], limits[1]))
        try:
            thread.start()
            with hold(listener.getsockname()[1], "idle", "/", connections=5000) as held:
                assert (held.open, held.refused) == (5000, 0)
                thread.join(10)
                assert held.still_open() == 5000
        finally:
            for client in accepted:
                client.close()
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_those_that_are_refused_are_counted() -> None:
    forbidden = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    with serving(answering_once(forbidden)) as port, hold(port, "websocket", "/", connections=20) as held:
        assert (held.open, held.refused, held.last_status) == (0, 20, 403)
        assert held.still_open() == 0


def test_a_server_that_takes_only_some_is_not_waited_for_longer_than_told() -> None:
    def script(client: socket.socket, number: int) -> None:
        read_request(client)
        if number < 8:
            client.sendall(EVENT_STREAM)
        client.recv(1)

    began = time.monotonic()
    with serving(script) as port, hold(port, "events", "/", connections=200, connect_timeout_seconds=0.3) as held:
        assert (held.open, held.refused) == (8, 192)
    assert time.monotonic() - began < 3


def test_too_many_connections_for_the_machine_are_told_in_one_line() -> None:
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))\n"
        "from deploy.errors import DeployError\n"
        "from deploy.lab.generator import hold\n"
        "try:\n"
        "    with hold(1, 'idle', '/', connections=5000): pass\n"
        "except DeployError as error:\n"
        "    print(error)\n"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.startswith("5000 connections need 5016 open files, the hard limit is 100: raise it")
    assert told.stdout.count("\n") == 1


def test_an_unknown_kind_is_told() -> None:
    with pytest.raises(DeployError, match='"letter" is no kind of connection'), hold(1, "letter", "/", connections=1):  # type: ignore[arg-type]
        pass


def test_a_generator_that_has_ended_is_told() -> None:
    with serving(answering(b"")) as port, hold(port, "idle", "/", connections=1) as held:
        held._process.kill()
        held._process.wait()
        with pytest.raises(DeployError, match="ended by signal 9"):
            held.still_open()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_generator_outlives_the_program_that_started_it(number: signal.Signals) -> None:
    with serving(answering(OK)) as port:
        program = f"from deploy.lab.generator import http; http({port}, '/', connections=1, seconds=60)"
        with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.DEVNULL) as parent:
            children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
            assert eventually(lambda: bool(children.read_text()), 20)
            (generator,) = map(int, children.read_text().split())
            assert eventually(lambda: Path(f"/proc/{generator}/comm").read_text().startswith("generator"))
            parent.send_signal(number)
            parent.wait(10)
        assert eventually(lambda: not Path(f"/proc/{generator}/exe").exists())
