"""Finding, starting and stopping the programs that tests run."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

STOP_SECONDS = 10


class Missing(Exception):
    """A program that the machine lacks, and the Debian package that brings it."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(f"{program} is not installed (package {package})")
        self.program = program
        self.package = package


class ServerFailed(Exception):
    """A server that ended, or that did not answer in time; says what it wrote."""


def require_all() -> bool:
    """CI sets REQUIRE_ALL=1: what is missing there is a failure, not a skip."""
    return os.environ.get("REQUIRE_ALL", "") not in {"", "0"}


@contextlib.contextmanager
def skipped_when_missing() -> Iterator[None]:
    """Inside a fixture: a missing server skips the test, and fails it where everything is required."""
    try:
        yield
    except Missing as missing:
        if require_all():
            pytest.fail(f"not run: {missing}", pytrace=False)
        pytest.skip(f"not run: {missing}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def find_program(name: str, package: str, *, folders: list[Path] | None = None) -> str:
    """The program's path, on PATH or in Debian's folders for servers. Raises Missing."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", *map(str, folders or [])])
    found = shutil.which(name, path=path)
    if found is None:
        raise Missing(name, package)
    return found


def start_process(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    setpriv = shutil.which("setpriv")
    if setpriv and "--pdeathsig=INT" not in command:
        # Even a killed test run leaves no server behind.
        command = [setpriv, "--pdeathsig=TERM", *command]
    with open(folder / "log", "ab") as log:
        return subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def stop_process(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM) -> None:
    """Send the signal, wait, and kill what does not end. A process that has ended already is fine."""
    if process.poll() is None:
        process.send_signal(number)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
