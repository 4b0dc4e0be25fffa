"""What becomes of a request under way, and of an open socket, when the server is told to stop."""

from __future__ import annotations

import concurrent.futures
import contextlib
import http.client
import time
from collections.abc import Iterator

from deploy.lab.experiments import wire
from deploy.lab.experiments.holding import watched_servers
from deploy.lab.experiments.loads import settings
from deploy.lab.experiments.subjects import bare_peer, is_asgi
from deploy.lab.trials import Case, Flawed, Laboratory, Measured, Running, Scale, Trial

name = "stopping"

REQUEST_MS = 2000
# How long a server that was told to stop is waited for.
PATIENCE_SECONDS, QUICK_PATIENCE_SECONDS = 10.0, 5.0
# These wait for an open socket as long as they are let.
WAIT_FOR_SOCKETS = ("hypercorn", "gunicorn-asgi")
# The request is under way by then, and far from done.
HEAD_START_SECONDS = 0.3
# By then the last of it was killed, and what it held was cut.
AFTERWARDS_SECONDS = 5.0


def trials(scale: Scale) -> list[Trial]:
    return [
        Trial(
            name,
            server,
            bare_peer(server),
            settings(server, 1),
            ({"signal": "SIGTERM"},),
            seconds=1 + (patience_seconds(scale) if server in WAIT_FOR_SOCKETS else REQUEST_MS / 1000),
            rounds=1,
        )
        for server in watched_servers(scale)
    ]


def patience_seconds(scale: Scale) -> float:
    return PATIENCE_SECONDS if scale.is_full else QUICK_PATIENCE_SECONDS


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    """``finished``: 0 or 1, whether the request came back whole; ``close_code``: 0 where the socket was cut without one
    (missing without sockets); ``left_behind``: processes that outlived the signal by ``patience_seconds``."""
    patience = patience_seconds(laboratory.scale)
    for case in cases:
        with laboratory.start(trial.server, trial.peer, trial.settings) as running:
            socket = _opened(running.port, patience) if is_asgi(trial.server) else None
            yield Measured(case, stopped(running, socket, patience))


def stopped(running: Running, socket: wire.WebSocket | None, patience: float) -> dict[str, float]:
    metrics: dict[str, float] = {}
    with contextlib.ExitStack() as cleanup, concurrent.futures.ThreadPoolExecutor(2) as threads:
        if socket is not None:
            cleanup.callback(socket.close)
            close_code = threads.submit(socket.close_code)
        finished = threads.submit(_finishes, running.port, patience)
        time.sleep(HEAD_START_SECONDS)
        metrics["stop_seconds"] = running.stop(patience_seconds=patience)
        metrics["left_behind"] = float(running.left_behind)
        metrics["finished"] = float(finished.result())
        if socket is not None:
            metrics["close_code"] = float(close_code.result())
    return metrics


def _opened(port: int, patience: float) -> wire.WebSocket:
    socket = wire.WebSocket(port, "/echo", timeout_seconds=patience + AFTERWARDS_SECONDS)
    if not socket.is_open:
        socket.close()
        raise Flawed(f"the socket was refused with {socket.status}")
    return socket


def _finishes(port: int, patience: float) -> bool:
    try:
        answer = wire.ask(port, f"/wait?ms={REQUEST_MS}", timeout_seconds=patience + AFTERWARDS_SECONDS)
    except (OSError, http.client.HTTPException):
        return False
    return answer == (200, f"waited {REQUEST_MS} ms".encode())
