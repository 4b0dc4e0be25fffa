"""Several processes on one socket: all of them serve, all of them end."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.lab.servers import ROOT
from tests.servers import free_port

pytestmark = pytest.mark.live

# Says its number to whoever comes, and ends itself when it is asked to.
SPEAKER = """
import os, socket, sys
listener = socket.socket(fileno=int(sys.argv[1]))
while True:
    connection, _ = listener.accept()
    if connection.recv(10) == b"end":
        os._exit(3)
    connection.sendall(str(os.getpid()).encode())
    connection.close()
"""
SECONDS = 10


def launch(port: int, program: str = SPEAKER) -> subprocess.Popen[str]:
    words = ["--port", str(port), "--processes", "2", "--", "python", "-c", program, "{fd}"]
    command = [sys.executable, "-m", "deploy.lab.shared_socket", *words]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


@contextmanager
def launched(port: int) -> Iterator[subprocess.Popen[str]]:
    process = launch(port)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


def ask(port: int, word: bytes = b"who") -> str:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
                connection.sendall(word)
                return connection.recv(100).decode()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def ask_until_two_have_answered(port: int) -> set[int]:
    deadline = time.monotonic() + SECONDS
    answered: set[int] = set()
    while len(answered) < 2:
        assert time.monotonic() < deadline, f"only {answered} answers"
        answered.add(int(ask(port)))
    return answered


def is_running(process_id: int) -> bool:
    return Path(f"/proc/{process_id}").exists()


def test_all_of_them_answer_on_the_same_port_and_end_when_the_launcher_is_told_to() -> None:
    port = free_port()
    with launched(port) as launcher:
        answered = ask_until_two_have_answered(port)
        launcher.send_signal(signal.SIGTERM)
        assert launcher.wait(SECONDS) == 0
        assert not any(map(is_running, answered))


def test_when_one_ends_the_others_are_stopped_and_its_status_is_told() -> None:
    port = free_port()
    with launched(port) as launcher:
        answered = ask_until_two_have_answered(port)
        ask(port, b"end")
        assert launcher.wait(SECONDS) == 3
        assert not any(map(is_running, answered))


def test_a_taken_port_is_one_line_and_starts_nobody(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        launcher = launch(port, f"open('{tmp_path}/started', 'w')")
        _, said = launcher.communicate(timeout=SECONDS)
    assert launcher.returncode == 2
    assert said == f"port {port} cannot be listened on: Address already in use\n"
    assert not list(tmp_path.iterdir())


def test_a_program_that_is_not_there_is_one_line() -> None:
    command = [sys.executable, "-m", "deploy.lab.shared_socket", "--port", str(free_port()), "--processes", "2"]
    done = subprocess.run([*command, "--", "no-such-program"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == 'shared_socket needs "no-such-program", which is not installed\n'
