"""Claims 3 and 4: whether one request that takes two seconds makes others wait that take none."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator

from deploy.lab.experiments import asking
from deploy.lab.experiments.loads import LIKE_SYNC_SERVERS, START_SECONDS, bare_subjects, settings
from deploy.lab.experiments.subjects import is_asgi
from deploy.lab.trials import Case, Flawed, Laboratory, Measured, Running, Scale, Trial

name = "blocked"

SLOW_SECONDS = 2.0
# The slow one has begun by then.
HEAD_START_SECONDS = 0.1
FAST_PER_SECOND = 20
# The last is due more than SOON_SECONDS before the slow one ends: whoever is blocked by it cannot be answered soon.
FAST_COUNT = 25
SOON_SECONDS = 0.5


def trials(scale: Scale) -> list[Trial]:
    return [_trial(server, peer) for server, peer in bare_subjects(scale)]


def _trial(server: str, peer: str) -> Trial:
    endpoints = ("wait", "wait-blocking") if is_asgi(server) else ("wait",)
    cases = tuple({"endpoint": endpoint} for endpoint in endpoints)
    seconds = START_SECONDS + len(cases) * (SLOW_SECONDS + 0.1)
    return Trial(
        name, server, peer, settings(server, 1), cases, seconds, rounds=1 if server in LIKE_SYNC_SERVERS else None
    )


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    """``fast_answered_share`` is the share answered within half a second of when they were due, from 0 to 1."""
    with laboratory.start(trial.server, trial.peer, trial.settings) as running:
        for case in cases:
            yield _measure(running, case)


def _measure(running: Running, case: Case) -> Measured:
    slow: list[asking.Answer] = []
    path = f"/{case['endpoint']}?ms={SLOW_SECONDS * 1000:.0f}"
    asker = threading.Thread(target=lambda: slow.extend(asking.ask_at(running.port, path, [0.0])))
    asker.start()
    time.sleep(HEAD_START_SECONDS)
    fast = asking.ask_at(running.port, "/plain", [number / FAST_PER_SECOND for number in range(FAST_COUNT)])
    asker.join()
    if slow[0].status != 200:
        raise Flawed(f"the slow request was answered with {slow[0].status}")
    seconds = [answer.seconds for answer in fast]
    wrong = [answer for answer in fast if answer.status != 200]
    soon = [answer for answer in fast if answer not in wrong and answer.seconds <= SOON_SECONDS]
    metrics = {
        "fast_p50_ms": statistics.median(seconds) * 1000,
        "fast_max_ms": max(seconds) * 1000,
        "fast_answered_share": len(soon) / len(fast),
        "errors": float(len(wrong)),
    }
    # A refusal is quick: it would speak for the server that gives it.
    return Measured(case, metrics, flaw=f"a quick request was answered with {wrong[0].status}" if wrong else "")
