"""Claims 7, 8 and 9: what becomes of a request for a WebSocket, and how much more than HTTP a server brings."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator

from deploy.lab.experiments import wire
from deploy.lab.experiments.holding import stop_quickly
from deploy.lab.experiments.subjects import ALL_SERVERS, bare_peer
from deploy.lab.trials import Case, Laboratory, Measured, Scale, Trial

name = "upgrade"

# Whether Django itself opens sockets, or Channels does.
DJANGO = ("django-asgi", "django-asgi-alone")


def trials(scale: Scale) -> list[Trial]:
    subjects = [(server, bare_peer(server)) for server in ALL_SERVERS] + [("uvicorn", peer) for peer in DJANGO]
    return [Trial(name, server, peer, {"processes": 1}, ({},), seconds=1, rounds=1) for server, peer in subjects]


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    """``upgraded`` and ``http2`` are 0 or 1; ``status`` is 0 where the server hung up without an answer; ``scopes``
    counts the kinds of ASGI scope that came (lifespan, http, websocket), and is 1 where there are requests alone; only
    the bare peers count them."""
    with laboratory.start(trial.server, trial.peer, trial.settings) as running:
        for case in cases:
            status = upgrade_status(running.port)
            metrics = {
                "upgraded": float(status == 101),
                "status": float(status),
                "http2": float(wire.speaks_http2(running.port)),
            }
            if trial.peer == bare_peer(trial.server):
                metrics["scopes"] = float(scopes(running.port))
            yield Measured(case, metrics)
        stop_quickly(running)


def upgrade_status(port: int) -> int:
    try:
        socket = wire.WebSocket(port, "/echo")
    except (OSError, EOFError):
        return 0
    socket.close()
    return socket.status


def scopes(port: int) -> int:
    """As the peer itself counted them; a peer without ``/scopes`` is one of WSGI, which has nothing but requests."""
    try:
        status, body = wire.ask(port, "/scopes", timeout_seconds=5)
    except (OSError, http.client.HTTPException):
        return 0
    return len(json.loads(body)["scopes"]) if status == 200 else 1
