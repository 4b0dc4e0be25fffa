"""Runs a plan: starts its processes, watches over them, and leaves none behind."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import selectors
import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

from deploy.child import Child
from deploy.errors import DeployError
from deploy.plan import FRONT, ROOT, Plan, Start

TICK_SECONDS = 0.1
PATIENCE_SECONDS = 3.0
# A process that dies again and again, as all do that need a database which is away, is started ever more slowly. It is
# never given up: what can still answer goes on, and the rest is there when the database is.
BACKOFF_SECONDS = (0.25, 0.5, 1, 2, 4, 8, 15)


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C, SIGTERM, or a closed terminal."""


class Supervisor:
    def __init__(self, plan: Plan, jobs: Sequence[Start] = ()) -> None:
        self._plan = plan
        self._jobs = jobs
        self._children: dict[str, Child] = {}
        self._due: dict[str, float] = {}
        self._deaths: dict[str, deque[float]] = {start.name: deque() for start in plan.starts}
        self._selector = selectors.DefaultSelector()
        self._width = max(len(start.name) for start in plan.starts)
        self._stop_asked = 0
        self._start_seconds = seconds_from_environment("START_SECONDS", 60)
        self._drain_seconds = seconds_from_environment("DRAIN_SECONDS", 0)

    def run(self) -> int:
        """Start everything and stay until the end. The exit status: 0 when asked to stop, 1 when something failed."""
        with _lock(self._plan), self._signals():
            self._plan.drain_file.unlink(missing_ok=True)
            try:
                self._start_all()
                self.say("deploy", f"ready: {self._plan.url}")
                self.say("deploy", "chat: /chat/, what runs: /compare/, for staff: /admin/; Ctrl-C stops everything")
                for job in self._jobs:
                    self._start(job)
                while True:
                    self._tick()
            except Stopped:
                return 0
            except DeployError as error:
                self.say("deploy", f"stopping: {error}")
                return 1
            finally:
                self._stop_all()

    def say(self, name: str, line: str) -> None:
        # A closed terminal or a full disk is no reason to leave processes behind.
        with contextlib.suppress(OSError):
            print(f"{name:<{self._width}} | {line}", flush=True)

    def _start_all(self) -> None:
        """First those that can be asked whether they are ready: they say it best when, say, the database is not. The
        front comes last, so that its port answers when everything behind it does."""
        *behind, last = sorted(self._plan.starts, key=lambda start: (start.name == FRONT, not start.ready))
        for start in behind:
            if not start.ready:
                self._wait_ready()
            self._start(start)
        self._wait_ready()
        self._start(last)
        self._wait_ready()

    def _start(self, start: Start) -> None:
        child = Child(start, ROOT, self.say)
        self._children[start.name] = child
        self._selector.register(child.output, selectors.EVENT_READ, child)
        self._write_state()

    def _wait_ready(self) -> None:
        began = time.monotonic()
        told = False
        while True:
            waiting = {child.start.name: answer for child in self._children.values() if (answer := child.check_ready())}
            if not waiting:
                self._write_state()
                return
            story = "; ".join(f"{name}: {answer}" for name, answer in waiting.items())
            if time.monotonic() > began + self._start_seconds:
                raise DeployError(f"not ready in time: {story}")
            if not told and time.monotonic() > began + PATIENCE_SECONDS:
                told = True
                self.say("deploy", f"waiting for {story}")
            self._tick(restart=False)

    def _tick(self, *, restart: bool = True) -> None:
        self._pump(TICK_SECONDS)
        if self._stop_asked:
            raise Stopped
        for name, child in list(self._children.items()):
            if (status := child.ended) is not None:
                self._bury(child)
                if child.start.once:
                    if status:
                        self.say("deploy", f"{name} {_how(status)}")
                    continue
                if not restart:
                    raise DeployError(f"{name} {_how(status)} before it was ready")
                self._plan_restart(name, status)
        for name, due in list(self._due.items()):
            if time.monotonic() >= due:
                del self._due[name]
                self._start(next(start for start in self._plan.starts if start.name == name))
        if any(not child.is_ready and not child.check_ready() for child in self._children.values()):
            self._write_state()

    def _plan_restart(self, name: str, status: int) -> None:
        now = time.monotonic()
        deaths = self._deaths[name]
        while deaths and now - deaths[0] > 60:
            deaths.popleft()
        delay = backoff_seconds(len(deaths))
        deaths.append(now)
        self._due[name] = now + delay
        self.say("deploy", f"{name} {_how(status)}; it is started again in {delay:g} s")

    def _pump(self, seconds: float) -> None:
        for key, _events in self._selector.select(seconds):
            child: Child = key.data
            if not child.read():
                self._selector.unregister(child.output)

    def _bury(self, child: Child) -> None:
        """Whatever a dead process left running (Gunicorn's workers) would hold its port."""
        child.kill_group()
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(child.output)
        child.close()
        del self._children[child.start.name]

    def _stop_all(self) -> None:
        """Say "draining" for a moment, then stop in reverse order; what does not end in its time is killed."""
        with contextlib.suppress(OSError):
            self._plan.drain_file.touch()
        asked = self._stop_asked
        self._pump_until(time.monotonic() + self._drain_seconds, asked)
        children = list(reversed(self._children.values()))
        for child in children:
            child.stop()
        now = time.monotonic()
        deadlines = {child.start.name: now + child.start.stop_seconds for child in children}
        while self._children:
            self._pump(TICK_SECONDS)
            impatient = self._stop_asked > max(asked, 1)
            for name, child in list(self._children.items()):
                late = time.monotonic() > deadlines[name]
                if child.ended is None and late and not impatient:
                    self.say("deploy", f"{name} did not stop in {child.start.stop_seconds:g} s and is killed")
                if child.ended is not None or late or impatient:
                    self._bury(child)
        with contextlib.suppress(OSError):
            self._state_file.unlink()
        self.say("deploy", "everything has stopped")

    def _pump_until(self, deadline: float, asked: int) -> None:
        while time.monotonic() < deadline and self._stop_asked <= max(asked, 1):
            self._pump(TICK_SECONDS)

    @property
    def _state_file(self) -> Path:
        return self._plan.run / f"{self._plan.topology.name}.json"

    def _write_state(self) -> None:
        """Who runs where, for people and tests; replaced whole, so that nobody reads half of it."""
        state = {
            "topology": self._plan.topology.name,
            "url": self._plan.url,
            "pid": os.getpid(),
            "ready": all(
                start.name in self._children and self._children[start.name].is_ready for start in self._plan.starts
            ),
            "processes": {
                name: {"pid": child.pid, "port": child.start.port, "command": list(child.start.command)}
                for name, child in self._children.items()
            },
        }
        draft = self._plan.run / f"{self._plan.topology.name}.json.{os.getpid()}"
        try:
            draft.write_text(json.dumps(state, indent=2), encoding="utf-8")
            draft.replace(self._state_file)
        except OSError as error:
            self.say("deploy", f"{self._state_file} was not written: {error.strerror}")

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        def ask(number: int, frame: FrameType | None) -> None:
            self._stop_asked += 1

        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, ask) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def backoff_seconds(deaths: int) -> float:
    """How long to wait before a process starts that died ``deaths`` times in the minute before this one."""
    return BACKOFF_SECONDS[min(deaths, len(BACKOFF_SECONDS) - 1)]


def seconds_from_environment(name: str, default: float) -> float:
    given = os.environ.get(name) or str(default)
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < float("inf"):
        raise DeployError(f'{name} must be a number of seconds, not "{given}"')
    return seconds


def _how(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    return f"was ended by {signal.Signals(-status).name}"


@contextlib.contextmanager
def _lock(plan: Plan) -> Iterator[None]:
    """One topology at a time on a data folder: two would share ports, sockets and the drain file."""
    with open(plan.run / "up.lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DeployError(f"something runs already with the data folder {plan.data}") from None
        yield
