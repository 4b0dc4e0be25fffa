"""Claims 6, 14, 16 and 18: what frameworks cost, each on the same server, and what servers cost with no framework."""

from __future__ import annotations

from collections.abc import Iterator

from deploy.lab import servers
from deploy.lab.experiments.loads import START_SECONDS, bare_subjects, saturate, settings
from deploy.lab.trials import Case, Laboratory, Measured, Scale, Trial

name = "frameworks"

PATHS = {"plain": "/plain", "json": "/json", "row": "/row?id=7", "rows": "/rows"}
QUICK_ENDPOINTS = ("plain", "row")
SERVER = {"wsgi": "gunicorn-sync", "asgi": "uvicorn"}


def trials(scale: Scale) -> list[Trial]:
    endpoints = tuple(PATHS) if scale.is_full else QUICK_ENDPOINTS
    of_peers = [_trial(scale, SERVER[peer.interface], peer.name, endpoints) for peer in servers.peers().values()]
    if not scale.is_full:
        return of_peers
    others = [(server, peer) for server, peer in bare_subjects(scale) if server not in SERVER.values()]
    # No claim rests on these alone: one round gives their order.
    return [*of_peers, *(_trial(scale, server, peer, ("plain",), rounds=1) for server, peer in others)]


def _trial(scale: Scale, server: str, peer: str, endpoints: tuple[str, ...], *, rounds: int | None = None) -> Trial:
    cases = tuple({"endpoint": endpoint} for endpoint in endpoints)
    seconds = START_SECONDS + len(cases) * (scale.warm_up_seconds + scale.load_seconds + 0.1)
    return Trial(name, server, peer, settings(server, 1), cases, seconds, rounds)


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    with laboratory.start(trial.server, trial.peer, trial.settings) as running:
        for case in cases:
            yield saturate(running, case, laboratory, PATHS[str(case["endpoint"])])
