"""Claims 5 and 7: how many event streams a server holds open that say almost nothing, what each costs, and whether
anybody else is still answered meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator

from deploy.lab import generator
from deploy.lab.experiments import wire
from deploy.lab.experiments.holding import held_metrics, stop_quickly, warm_up, watched_servers
from deploy.lab.experiments.subjects import THREADED_SERVERS, bare_peer, is_asgi
from deploy.lab.trials import Case, Laboratory, Measured, Scale, Trial

name = "idle_streams"

# One event every ten seconds: open, and silent.
PATH = "/events?count=0&every_ms=10000"
# One that ends: a WSGI server may leave a slot to a reader who has gone, until it has something to say to them.
SHORT_PATH = "/events?count=2&every_ms=10"
THREADS = 8
# A server that takes no more says nothing: when no answer has begun for so long, none will.
CONNECT_SECONDS = 1.5
SETTLE_SECONDS = 0.3


def trials(scale: Scale) -> list[Trial]:
    cases = ({"connections": 1000 if scale.is_full else 300},)
    return [_trial(server, cases) for server in watched_servers(scale)]


def _trial(server: str, cases: tuple[Case, ...]) -> Trial:
    threads = THREADS if server in THREADED_SERVERS else 1
    # Where a stream takes a slot, more are waited for in vain, and so is another answer.
    seconds = 3.0 if is_asgi(server) else 3.0 + CONNECT_SECONDS
    return Trial(name, server, bare_peer(server), {"processes": 1, "threads": threads}, cases, seconds, rounds=1)


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    """``held`` streams whose answer began and that are open still; ``answers`` is 0 or 1 (within a second); ``threads``
    while they are open."""
    for case in cases:
        with laboratory.start(trial.server, trial.peer, trial.settings) as running:
            warm_up(running.port, "events", SHORT_PATH)
            before = running.usage()
            with generator.hold(
                running.port,
                "events",
                PATH,
                connections=int(case["connections"]),
                connect_timeout_seconds=CONNECT_SECONDS,
                cpu=laboratory.generator_cpu,
            ) as held:
                time.sleep(SETTLE_SECONDS)
                answers = wire.answers(running.port)
                metrics = held_metrics(held, before, running.usage())
            yield Measured(case, metrics | {"answers": float(answers)})
            stop_quickly(running)
