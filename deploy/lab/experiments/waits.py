"""Claims 2, 11, 16 and 17: what becomes of requests that wait 100 ms each, when more and more of them come at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from deploy.lab import generator
from deploy.lab.experiments.loads import (
    IDLE_SECONDS,
    LIKE_SYNC_SERVERS,
    START_SECONDS,
    bare_subjects,
    check_answered,
    load_metrics,
    on_idle_server,
    settings,
    usage_metrics,
)
from deploy.lab.experiments.subjects import is_asgi
from deploy.lab.trials import Case, Laboratory, Measured, Running, Scale, Trial

name = "waits"

WAIT_MS = 100
ALL = {"wait": (1, 4, 16, 64, 256)}
QUICK_CONCURRENCIES = (4, 64)
# Around the 40 threads that anyio, and so FastAPI and Starlette, give to plain functions.
AROUND_40 = (1, 16, 32, 40, 48, 64, 128)
FEW = (1, 64)
# As many as there are clients in the case that claims look at.
MANY_THREADS = 64
# Requests that begin together end together: the window opens and closes halfway between two such waves.
WARM_UP_SECONDS = 0.25
# Whoever comes to a full queue asks again after a second, and Gunicorn's asgi workers have a queue of 100.
CROWD, CROWD_WARM_UP_SECONDS = 100, 1.25
# A queue of seconds is not waited for: on_idle_server starts the server anew.
DRAIN_SECONDS = 0.25
LOAD_SECONDS = 0.6


def trials(scale: Scale) -> list[Trial]:
    many_threads = settings("gunicorn-gthread", 2) | {"threads": MANY_THREADS}
    one = settings("gunicorn-sync", 1)
    around_40 = {"wait": AROUND_40, "wait-thread": AROUND_40, "wait-blocking": FEW}
    return [
        *(_trial(scale, server, peer, settings(server, 2), ALL) for server, peer in bare_subjects(scale)),
        _trial(scale, "gunicorn-gthread", "bare-wsgi", many_threads, ALL),
        _trial(scale, "gunicorn-sync", "flask", one, {"wait": FEW, "wait-async": FEW}),
        _trial(scale, "gunicorn-sync", "pyramid", one, {"wait": FEW}),
        _trial(scale, "uvicorn", "fastapi", one, around_40),
    ]


def _trial(
    scale: Scale,
    server: str,
    peer: str,
    settings: Case,
    concurrencies: Mapping[str, tuple[int, ...]],
) -> Trial:
    cases: tuple[Case, ...] = tuple(
        {"endpoint": endpoint, "concurrency": concurrency}
        for endpoint, several in concurrencies.items()
        for concurrency in several
        if scale.is_full or concurrency in QUICK_CONCURRENCIES
    )
    slots = _slots(server, settings)
    seconds = START_SECONDS + sum(_expected_seconds(case, slots) for case in cases)
    return Trial(name, server, peer, settings, cases, seconds, rounds=1 if server in LIKE_SYNC_SERVERS else None)


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    """Closed loop: ``concurrency`` clients who ask again as soon as they are answered. Where they queue for seconds
    there are no quantiles, and ``requests_per_second`` says it."""

    def measure(running: Running, case: Case) -> Measured:
        load = generator.http(
            running.port,
            f"/{case['endpoint']}?ms={WAIT_MS}",
            connections=int(case["concurrency"]),
            seconds=LOAD_SECONDS,
            warm_up_seconds=_warm_up_seconds(case),
            drain_seconds=DRAIN_SECONDS,
            cpu=laboratory.generator_cpu,
        )
        check_answered(running, load)
        metrics = load_metrics(load) | usage_metrics(running.usage(), load.requests_per_second)
        return Measured(case, metrics, load.latency.histogram)

    return on_idle_server(trial, cases, laboratory, measure)


def _warm_up_seconds(case: Case) -> float:
    return CROWD_WARM_UP_SECONDS if int(case["concurrency"]) > CROWD else WARM_UP_SECONDS


def _slots(server: str, settings: Case) -> float:
    """How many wait at once, where a wait takes up what a server has few of."""
    if is_asgi(server) or server == "gunicorn-gevent":
        return math.inf
    return int(settings["processes"]) * int(settings["threads"])


def _expected_seconds(case: Case, slots: float) -> float:
    slots = {"wait-thread": 40.0, "wait-blocking": 1.0}.get(str(case["endpoint"]), slots)
    # What the server is at when the clients have gone.
    left_seconds = int(case["concurrency"]) / slots * WAIT_MS / 1000
    restart = START_SECONDS + IDLE_SECONDS if left_seconds > DRAIN_SECONDS + IDLE_SECONDS else 0.0
    return _warm_up_seconds(case) + LOAD_SECONDS + min(left_seconds, DRAIN_SECONDS) + restart
