"""One started process: its log lines under its name, its process group, its end."""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from deploy.plan import Start

PR_SET_PDEATHSIG = 1
READY_TIMEOUT_SECONDS = 2.0
LONGEST_LINE = 8192


class Child:
    """A process that ends with its supervisor, even when that is killed, and whose whole group ends with it."""

    def __init__(self, start: Start, folder: Path, say: Callable[[str, str], None]) -> None:
        self.start = start
        self.is_ready = False
        self.started_at = time.monotonic()
        self._say = say
        self._unfinished = b""
        self._process = subprocess.Popen(
            start.command,
            cwd=folder,
            env=dict(start.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A terminal's Ctrl-C reaches the supervisor alone, which then stops the others in order.
            start_new_session=True,
            preexec_fn=_ends_with(os.getpid()),
        )
        assert self._process.stdout is not None  # noqa: S101 - for the type alone: it was asked for
        self.output = self._process.stdout
        os.set_blocking(self.output.fileno(), False)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ended(self) -> int | None:
        """The exit status (negative: the signal that ended it), or None while it runs."""
        return self._process.poll()

    def read(self) -> bool:
        """Say the lines that have come. False at the end of the output."""
        try:
            piece = os.read(self.output.fileno(), 65536)
        except BlockingIOError:
            return True
        *lines, self._unfinished = (self._unfinished + piece).split(b"\n")
        if not piece or len(self._unfinished) > LONGEST_LINE:
            lines, self._unfinished = [*lines, self._unfinished], b""
        for line in lines:
            if line or piece:
                self._say(self.start.name, line.decode(errors="replace"))
        return bool(piece)

    def check_ready(self) -> str:
        """Ask once; empty when it is ready (it stays so), else what it said."""
        if not self.is_ready and self.start.ready:
            answer = self._ask()
            if answer:
                return answer
        self.is_ready = True
        return ""

    def stop(self) -> None:
        self._signal(self.start.stop_signal)

    def kill_group(self) -> None:
        """End whatever is left of it: its own children may outlive it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """Say what it still wrote. Bounded: a process that left the group could hold the pipe open for ever."""
        for _piece in range(64):
            if not self.read():
                break
        self.output.close()

    def _signal(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            self._process.send_signal(number)

    def _ask(self) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.start.port, timeout=READY_TIMEOUT_SECONDS)
        try:
            connection.request("GET", self.start.ready, headers={"Host": "localhost"})
            response = connection.getresponse()
            body = response.read(2000).decode(errors="replace").strip()
        except (OSError, http.client.HTTPException) as error:
            return f"no answer yet ({error})"
        finally:
            connection.close()
        return "" if response.status == 200 else f"{response.status} {body}"


def _ends_with(parent: int) -> Callable[[], None] | None:
    """Runs in the new process before its program: ask the kernel for SIGTERM at the parent's death."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
        if os.getppid() != parent:
            os._exit(1)

    return ask
