"""What somebody costs who asks for much and does not read it: the server's memory, and everybody else's patience."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

from deploy.lab.experiments import wire
from deploy.lab.experiments.holding import stop_quickly, watched_servers
from deploy.lab.experiments.loads import START_SECONDS, settings
from deploy.lab.experiments.subjects import bare_peer, is_asgi
from deploy.lab.trials import Case, Laboratory, Measured, Running, Scale, Trial

name = "slow_reader"

READERS = 10
LARGE = "/large?kib=20480"
FLOOD_MESSAGE_BYTES = 65536
# Enough to tell who holds it all from who does not, and not enough to fill a machine.
FLOOD_BYTES = 128 * 1024 * 1024
FLOOD_PATIENCE_SECONDS = 0.25
# What is grown is read so often: the highest counts.
LOOK_SECONDS = 0.5
DEAF_SECONDS, QUICK_DEAF_SECONDS = 4.0, 1.5


def trials(scale: Scale) -> list[Trial]:
    return [_trial(server, scale) for server in watched_servers(scale)]


def deaf_seconds(scale: Scale) -> float:
    """How long nobody reads."""
    return DEAF_SECONDS if scale.is_full else QUICK_DEAF_SECONDS


def _trial(server: str, scale: Scale) -> Trial:
    kinds = ("http", "websocket") if is_asgi(server) else ("http",)
    cases = tuple({"kind": kind} for kind in kinds)
    seconds = len(cases) * (START_SECONDS + deaf_seconds(scale))
    return Trial(name, server, bare_peer(server), settings(server, 1), cases, seconds, rounds=1)


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    """``grown_mib``: the most memory above what it was before; ``answers``: 0 or 1, within a second, meanwhile."""
    for case in cases:
        with laboratory.start(trial.server, trial.peer, trial.settings) as running:
            wire.answers(running.port)
            deaf = deaf_readers if case["kind"] == "http" else flooding_socket
            yield Measured(case, deaf(running, deaf_seconds(laboratory.scale)))
            stop_quickly(running)


def deaf_readers(running: Running, seconds: float) -> dict[str, float]:
    before_kib = running.usage().pss_kib
    with contextlib.ExitStack() as readers:
        for _ in range(READERS):
            with contextlib.suppress(OSError):
                readers.enter_context(wire.deaf_request(running.port, LARGE))
        return _watched(running, before_kib, seconds, lambda: time.sleep(LOOK_SECONDS))


def flooding_socket(running: Running, seconds: float) -> dict[str, float]:
    """One that sends as fast as it may, and reads no echo. ``taken_mib``: how much of it the server took."""
    before_kib = running.usage().pss_kib
    socket = wire.WebSocket(running.port, "/echo", deaf=True)
    with contextlib.closing(socket):
        socket.patience(FLOOD_PATIENCE_SECONDS)
        flood = _Flood(socket)
        metrics = _watched(running, before_kib, seconds, lambda: flood.pour(LOOK_SECONDS))
        return metrics | {"taken_mib": flood.sent / 2**20}


class _Flood:
    def __init__(self, socket: wire.WebSocket) -> None:
        self._socket = socket
        self._frame = memoryview(wire.frame(wire.BINARY, bytes(FLOOD_MESSAGE_BYTES)))
        self.sent = 0

    def pour(self, seconds: float) -> None:
        """Send for so long, or wait where nothing is taken or all was sent. A server may also hang up."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self.sent >= FLOOD_BYTES:
                time.sleep(left)
                return
            try:
                self.sent += self._socket.send_some(bytes(self._frame[self.sent % len(self._frame) :]))
            except OSError:
                time.sleep(left)
                return


def _watched(running: Running, before_kib: int, seconds: float, go_on: Callable[[], None]) -> dict[str, float]:
    until = time.monotonic() + seconds
    most_kib = before_kib
    while time.monotonic() < until:
        go_on()
        most_kib = max(most_kib, running.usage().pss_kib)
    return {"grown_mib": (most_kib - before_kib) / 1024, "answers": float(wire.answers(running.port))}
