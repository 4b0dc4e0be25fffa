"""Our Daphne in a process of its own, for what it does with those who are connected."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from deploy.lab.experiments import wire
from tests.programs import free_port, start_process, stop_process

ROOT = Path(__file__).resolve().parents[2]
PEER = "deploy.lab.peers.bare_asgi:application"
ALONE = ("-m", "deploy.daphne", "--port", "{port}", "--verbosity", "0", "--application-close-timeout", "30")
TWO = (
    "-m", "deploy.lab.shared_socket", "--port", "{port}", "--processes", "2", "--",
    "python", "-m", "deploy.daphne", "--fd", "{fd}", "--verbosity", "0",
)  # fmt: skip
STARTUP_SECONDS = 30


class Serving:
    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    def tell(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def ended_within(self, seconds: float) -> bool:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    @property
    def memory(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return 1024 * int(status.split("VmRSS:")[1].split()[0])


@contextlib.contextmanager
def serving(folder: Path, target: str = PEER, words: Sequence[str] = ALONE) -> Iterator[Serving]:
    """``target`` may be a module in ``folder``, which is where the process runs and leaves its log."""
    port = free_port()
    command = ["env", f"PYTHONPATH={ROOT}", f"PATH={Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"]
    command += [sys.executable, *(word.replace("{port}", str(port)) for word in words), target]
    process = start_process(command, folder)
    try:
        deadline = time.monotonic() + STARTUP_SECONDS
        while not wire.answers(port):
            log = (folder / "log").read_text(encoding="utf-8", errors="replace")
            assert process.poll() is None, log
            assert time.monotonic() < deadline, log
            time.sleep(0.05)
        yield Serving(process, port)
    finally:
        stop_process(process, signal.SIGKILL if words == ALONE else signal.SIGTERM)
