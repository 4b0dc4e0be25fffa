"""Claim 13: a request that asks five others, 50 ms each: one after the other, in threads, or all at once."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from deploy.lab.experiments import asking
from deploy.lab.experiments.loads import START_SECONDS, bare_subjects, settings
from deploy.lab.experiments.subjects import is_asgi
from deploy.lab.trials import Case, Flawed, Laboratory, Measured, Running, Scale, Trial

name = "several_calls"

COUNT, EACH_MS = 5, 50
# A single client asks so often; sixteen ask once, all at the same moment.
ALONE_TIMES = 4
TOGETHER = 16


def trials(scale: Scale) -> list[Trial]:
    return [_trial(scale, server, peer) for server, peer in bare_subjects(scale)]


def _trial(scale: Scale, server: str, peer: str) -> Trial:
    endpoints = ("waits",) if is_asgi(server) else ("waits", "waits-threads")
    concurrencies = (1, TOGETHER) if scale.is_full else (1,)
    cases: tuple[Case, ...] = tuple(
        {"endpoint": endpoint, "concurrency": clients} for endpoint in endpoints for clients in concurrencies
    )
    seconds = START_SECONDS + sum(_expected_seconds(server, case) for case in cases)
    return Trial(name, server, peer, settings(server, 1), cases, seconds, rounds=1)


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    with laboratory.start(trial.server, trial.peer, trial.settings) as running:
        for case in cases:
            yield _measure(running, case)


def _measure(running: Running, case: Case) -> Measured:
    path = f"/{case['endpoint']}?count={COUNT}&ms={EACH_MS}"
    asking.ask_at(running.port, "/plain", [0.0])
    start = time.monotonic()
    if case["concurrency"] == 1:
        answers = [asking.ask_at(running.port, path, [0.0])[0] for _ in range(ALONE_TIMES)]
    else:
        answers = asking.ask_at(running.port, path, [0.0] * int(case["concurrency"]))
    elapsed = time.monotonic() - start
    if wrong := [answer.status for answer in answers if answer.status != 200]:
        raise Flawed(f"{path} was answered with {wrong[0]}")
    seconds = [answer.seconds for answer in answers]
    metrics = {
        "p50_ms": statistics.median(seconds) * 1000,
        "max_ms": max(seconds) * 1000,
        "requests_per_second": len(answers) / elapsed,
        "threads": float(running.usage().threads),
    }
    return Measured(case, metrics)


def _expected_seconds(server: str, case: Case) -> float:
    alone = EACH_MS / 1000 * (COUNT if case["endpoint"] == "waits" and not is_asgi(server) else 1)
    if case["concurrency"] == 1:
        return alone * ALONE_TIMES
    slots = TOGETHER if is_asgi(server) or server == "gunicorn-gevent" else settings(server, 1)["threads"]
    return alone * TOGETHER / slots
