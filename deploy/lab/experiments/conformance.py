"""Claims 1, 19 and 20: every application of a kind on every server of its kind, and whether it answers alike."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from deploy.lab import conformance, servers
from deploy.lab.experiments.subjects import bare_peer
from deploy.lab.trials import Case, Laboratory, Measured, Scale, Trial

name = "conformance"

SECONDS = 1.8
QUICK = {("gunicorn-sync", "django-wsgi"), ("uvicorn", "django-asgi")}


def trials(scale: Scale) -> list[Trial]:
    """The whole matrix, or, quick, every server with its bare peer, and Django on one of each kind."""
    return [
        Trial(name, server.name, peer.name, {"processes": 1, "threads": 1}, ({},), SECONDS, rounds=1)
        for server in servers.load().values()
        for peer in servers.peers().values()
        if server.interface == peer.interface
        and (scale.is_full or (server.name, peer.name) in QUICK or peer.name == bare_peer(server.name))
    ]


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    """``failed`` of ``checks`` ended otherwise than in all other places; which ones is told on the standard error."""
    peer = servers.peers()[trial.peer]
    with laboratory.start(trial.server, trial.peer, trial.settings) as running:
        for case in cases:
            failures = conformance.check(running.port, peer.name, peer.interface)
            for failure in failures:
                print(f"{trial.server}, {trial.peer}: {failure}", file=sys.stderr)
            yield Measured(case, {"checks": float(len(peer.endpoints)), "failed": float(len(failures))})
