"""Starting what is measured: on its own core, in a clean environment, with nothing left behind."""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from deploy.lab import processes
from deploy.lab.trials import Flawed, Usage

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 20.0
# How long the others may outlive the process that was told to end.
ORPHAN_SECONDS = 1.0
REAP_SECONDS = 2.0
TICK_SECONDS = 0.02
# At rest: it uses less than a tenth of a core for that long. It is waited for so long at most.
REST_SECONDS = 0.1
RESTING_SHARE = 0.1
SETTLE_SECONDS = 5.0
PR_SET_PDEATHSIG = 1
# All that a subject learns of the shell that measures: a setting meant for another site must not change the figures.
KEPT = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "LD_LIBRARY_PATH")


class Subject:
    """A started server, or a whole site: what ``deploy.lab.trials.Running`` promises."""

    def __init__(
        self, process: subprocess.Popen[bytes], port: int, log: Path, roots: Callable[[], list[int]] | None = None
    ) -> None:
        """``roots``: which processes are measured, with all that stem from them; unless given, the started one."""
        self.port = port
        self.process = process
        # How many processes outlived the end of the started one and had to be killed; known after ``stop``.
        self.left_behind = 0
        self._log = log
        self._roots = roots or (lambda: [process.pid])
        self._stopped_in: float | None = None

    @property
    def pids(self) -> list[int]:
        return processes.tree(self._roots())

    def usage(self) -> Usage:
        return processes.usage(self.pids)

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def stop(self, *, patience_seconds: float = 10) -> float:
        """Send SIGTERM, wait, return the seconds it took; what is left after ``patience_seconds`` is killed."""
        if self._stopped_in is None:
            family = self._family()
            began = time.monotonic()
            try:
                self._ask_to_end(family, began + patience_seconds)
            finally:
                # Whoever is in too much of a hurry to wait (Ctrl-C) leaves nothing behind either.
                self._stopped_in = time.monotonic() - began
                self._kill(family)
        return self._stopped_in

    def last_words(self) -> str:
        """The last lines it wrote, as one."""
        with contextlib.suppress(OSError):
            lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
            return " ".join(line.strip() for line in [line for line in lines if line.strip()][-3:])[-500:]
        return ""

    def _family(self) -> list[int]:
        return list(dict.fromkeys([*processes.tree([self.process.pid]), *self.pids]))

    def _ask_to_end(self, family: Sequence[int], deadline: float) -> None:
        orphaned = False
        if self.is_alive():
            self.process.terminate()
        while self._remaining(family) and time.monotonic() < deadline:
            if not self.is_alive() and not orphaned:
                orphaned, deadline = True, min(deadline, time.monotonic() + ORPHAN_SECONDS)
            time.sleep(TICK_SECONDS)
        self.left_behind = len(self._remaining(family))

    def _remaining(self, family: Sequence[int]) -> set[int]:
        self.process.poll()  # which also waits for it when it has ended
        # Nobody else can have got one of these numbers within seconds; a session's orphans are found by its leader.
        return set(processes.tree(family)) | set(processes.in_sessions(family))

    def _kill(self, family: Sequence[int]) -> None:
        while remaining := self._remaining(family):
            for pid in remaining:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(TICK_SECONDS)
        try:
            self.process.wait(timeout=REAP_SECONDS)
        except subprocess.TimeoutExpired:
            # A Ctrl-C in the middle of Popen.poll() leaves its lock taken for ever; the process itself has been killed.
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.process.pid, 0)
            self.process.returncode = -signal.SIGKILL


def spawn(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, *, core: int | None
) -> subprocess.Popen[bytes]:
    """Start a command on ``core``, in the project's root; what it says goes to ``folder``/log. It ends with us."""
    with open(folder / "log", "ab") as log:
        return subprocess.Popen(
            list(command),
            cwd=ROOT,
            env=clean_environment(folder) | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # A terminal's Ctrl-C reaches the laboratory alone, which then stops what it has started.
            start_new_session=True,
            preexec_fn=_settle(os.getpid(), core),
        )


def clean_environment(folder: Path) -> dict[str, str]:
    """What every subject is started with; servers that need a folder of their own (mod_wsgi) make it in TMPDIR."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    kept["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    return kept | {"TMPDIR": str(folder), "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def run(command: Sequence[str], folder: Path, *, core: int | None, timeout_seconds: float) -> str:
    """What a program prints, run to its end on ``core`` in a clean environment. Raises Flawed where it fails or
    does not end in time."""
    try:
        done = subprocess.run(
            list(command),
            cwd=ROOT,
            env=clean_environment(folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_seconds,
            check=False,
            start_new_session=True,
            preexec_fn=_settle(os.getpid(), core),
        )
    except subprocess.TimeoutExpired as error:
        raise Flawed(f"it did not end in {timeout_seconds:.0f} s") from error
    if done.returncode:
        raise Flawed(f"it failed: {done.stderr.strip().rpartition(chr(10))[2]}")
    return done.stdout


@contextlib.contextmanager
def started(
    command: Sequence[str],
    environment: Mapping[str, str],
    port: int,
    folder: Path,
    *,
    core: int | None = None,
    ready: str = "/plain",
    seconds: float = START_SECONDS,
) -> Iterator[Subject]:
    """Run a server until the end of the block; ready (``ready`` is answered with 200) when it yields.

    ``folder`` is the server's own, and gets its log. Raises Flawed where the server ends, does not answer in time, or
    somebody else answers on its port.
    """
    try:
        process = spawn(command, environment, folder, core=core)
    except OSError as error:
        raise Flawed(f"{command[0]} cannot be started: {error.strerror}") from error
    subject = Subject(process, port, folder / "log")
    try:
        _wait_ready(subject, ready, seconds)
        settle(subject)
        yield subject
    finally:
        subject.stop()


@contextlib.contextmanager
def own_folder() -> Iterator[Path]:
    """A folder for one start: in the machine's temporary folder, for the path of a server's socket must be short."""
    with tempfile.TemporaryDirectory(prefix="ambos-lab-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_ready(subject: Subject, path: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        if not subject.is_alive():
            status = subject.process.returncode
            raise Flawed(f"the server ended before it was ready (status {status}): {subject.last_words()}")
        if status := _status(subject.port, path):
            if not processes.listens(subject.port, subject.pids):
                raise Flawed(f"somebody else answers on port {subject.port}")
            if status == 200:
                return
        if time.monotonic() > deadline:
            said = f"answered {status}" if status else "did not answer"
            raise Flawed(f"the server {said} within {seconds:g} s: {subject.last_words()}")
        time.sleep(TICK_SECONDS)


def settle(subject: Subject) -> None:
    """Wait until it rests: the first of several processes answers while the others are still loading."""
    deadline = time.monotonic() + SETTLE_SECONDS
    used = subject.usage().cpu_seconds
    while time.monotonic() < deadline:
        time.sleep(REST_SECONDS)
        before, used = used, subject.usage().cpu_seconds
        if used - before < RESTING_SHARE * REST_SECONDS:
            return


def _status(port: int, path: str) -> int:
    """The status of the answer, 0 where there is none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _settle(parent: int, core: int | None) -> Callable[[], None]:
    """Runs in the new process before its program: take its core, and end with the parent."""
    libc = ctypes.CDLL(None)

    def settle_in() -> None:
        if core is not None:
            os.sched_setaffinity(0, {core})
        libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
        if os.getppid() != parent:
            os._exit(1)

    return settle_in
