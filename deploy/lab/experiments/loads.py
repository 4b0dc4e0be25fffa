"""A load of requests on a started subject, and what it says about it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from deploy.lab import generator
from deploy.lab.experiments import wire
from deploy.lab.experiments.subjects import ALL_SERVERS, bare_peer
from deploy.lab.trials import GENERATOR_BOUND, Case, Flawed, Laboratory, Measured, Running, Scale, Trial, Usage

# What a start, its check and its stop take, for the time that is foretold.
START_SECONDS = 1.2
# One for each kind of slot (the process, the thread, the greenlet, the coroutine), and the dearest ASGI server.
QUICK_SERVERS = ("gunicorn-sync", "gunicorn-gthread", "gunicorn-gevent", "uvicorn", "daphne")
# One request a process, as with Gunicorn's sync workers: what waiting does to them need not be measured in each round.
LIKE_SYNC_SERVERS = ("uwsgi", "mod_wsgi", "granian-wsgi")
# A closed loop of so many is enough to keep one core busy, and few enough for every queue on the way.
SATURATING_CONNECTIONS = 64
# An open loop may open more: an arrival that finds no free connection waits for one, and its waiting counts.
OPEN_LOOP_CONNECTIONS = 256
# Beyond this share of its core the generator may be what is measured.
GENERATOR_SHARE = 1 / 3
# Parts of its core from which a process counts as being at its limit.
FULL_CORE, FULL_GENERATOR = 0.95, 0.9
LAG_P99_MS = 1.0
# A refusal costs a server little: where more than this share of the answers is one, they must not count as served.
WRONG_SHARE = 0.01
# What is on its way at the end of a load is waited for this long, so that the next one finds an idle server.
DRAIN_SECONDS = 5.0
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
# A server that is idle answers within this; one that is not is still at work for clients who have gone.
IDLE_SECONDS = 0.3
# Each load has arrivals of its own, and the same ones when the laboratory is run again in the same order.
_seeds = itertools.count(1)


def settings(server: str, processes: int) -> dict[str, int]:
    """Threads only where they are what the server is chosen for: with one, gthread would be a slower sync."""
    return {"processes": processes, "threads": 8 if server == "gunicorn-gthread" else 1}


def chosen_servers(scale: Scale) -> tuple[str, ...]:
    return ALL_SERVERS if scale.is_full else QUICK_SERVERS


def bare_subjects(scale: Scale) -> list[tuple[str, str]]:
    """Servers, each with the peer that is nothing but its interface."""
    return [(server, bare_peer(server)) for server in chosen_servers(scale)]


def saturate(
    running: Running,
    case: Case,
    laboratory: Laboratory,
    path: str,
    *,
    connections: int = SATURATING_CONNECTIONS,
    headers: Mapping[str, str] = NO_HEADERS,
    seconds: float | None = None,
) -> Measured:
    """Closed loop: each connection asks anew as soon as it is answered. Raises Flawed where nothing was answered.
    ``seconds``: unless given, as long as the scale says."""
    measured = _measure(running, case, laboratory, path, connections, None, headers, seconds)
    metrics = measured.metrics
    server_share = metrics["cpu_us_per_request"] * metrics["requests_per_second"] / 1e6
    flaw = generator_flaw(metrics["generator_share"], server_share)
    return Measured(measured.case, metrics, measured.histogram, flaw)


def generator_flaw(share: float, server_share: float) -> str:
    """Whether the generator may be what limits a closed loop: it was busy for more than a third of its core, and it was
    not the server's core that was full. Both are parts of one core."""
    if share <= GENERATOR_SHARE or (server_share >= FULL_CORE and share < FULL_GENERATOR):
        return ""
    return GENERATOR_BOUND


def arrive(
    running: Running,
    case: Case,
    laboratory: Laboratory,
    path: str,
    *,
    rate: float,
    headers: Mapping[str, str] = NO_HEADERS,
    seconds: float | None = None,
) -> Measured:
    """Open loop: Poisson arrivals, ``rate`` a second, whatever the server does. Latency counts from when it was due.
    ``seconds``: unless given, as long as the scale says."""
    measured = _measure(running, case, laboratory, path, OPEN_LOOP_CONNECTIONS, rate, headers, seconds)
    if measured.metrics["lag_p99_ms"] > LAG_P99_MS:
        return Measured(measured.case, measured.metrics, measured.histogram, "generator late")
    return measured


def load_metrics(load: generator.HttpLoad) -> dict[str, float]:
    """What the client saw. ``errors`` counts wrong statuses too; ``unanswered`` what was given up at the end.

    There are no quantiles where a closed loop gave some up: those who wait longest would be missing from them.
    """
    wrong = sum(count for status, count in load.statuses.items() if status != 200)
    metrics = {
        "requests_per_second": load.requests_per_second,
        "errors": float(sum(load.errors.values()) + wrong),
        "unanswered": float(load.unanswered),
        "generator_share": load.cpu_seconds / load.seconds,
        "lag_p99_ms": load.lag.p99_us / 1000,
    }
    if load.latency.count and (load.lag.count or not load.unanswered):
        for quantile in ("p50", "p90", "p99", "p999"):
            metrics[f"{quantile}_ms"] = getattr(load.latency, f"{quantile}_us") / 1000
    return metrics


def usage_metrics(usage: Usage, requests_per_second: float) -> dict[str, float]:
    """What the server holds right after the load, its connections closed already."""
    mib = usage.pss_kib / 1024
    return {
        "pss_mib": mib,
        "threads": float(usage.threads),
        "open_files": float(usage.open_files),
        "requests_per_second_per_mib": requests_per_second / mib if mib else 0.0,
    }


def on_idle_server(
    trial: Trial, cases: list[Case], laboratory: Laboratory, measure: Callable[[Running, Case], Measured]
) -> Iterator[Measured]:
    """Measure the cases on one start, or on a new one after a case that left the server busy.

    Clients that give up leave their requests behind: at ten a second, two hundred of them are twenty seconds of work
    that the next case would wait for.
    """
    left = list(cases)
    while left:
        with laboratory.start(trial.server, trial.peer, trial.settings) as running:
            while left:
                yield measure(running, left.pop(0))
                if not wire.answers(running.port, timeout_seconds=IDLE_SECONDS):
                    # Its queue is not worth waiting for.
                    running.stop(patience_seconds=0.5)
                    break


def check_answered(running: Running, load: generator.HttpLoad) -> None:
    """Raises Flawed where nothing was answered, or not with what was asked for, or where the subject died."""
    if not running.is_alive():
        raise Flawed("the server died under the load")
    if not load.answered_in_all:
        raise Flawed(f"nothing was answered in {load.seconds:.1f} s: {load.errors}")
    if not load.requests_per_second:
        raise Flawed(f"nothing was answered within the {load.seconds:.1f} s that count, only before or after")
    wrong = {status: count for status, count in load.statuses.items() if status != 200}
    if sum(wrong.values()) > WRONG_SHARE * sum(load.statuses.values()):
        raise Flawed(f"not everything was answered with 200: {wrong}")


def _measure(
    running: Running,
    case: Case,
    laboratory: Laboratory,
    path: str,
    connections: int,
    rate: float | None,
    headers: Mapping[str, str],
    seconds: float | None,
) -> Measured:
    before = running.usage()
    load = generator.http(
        running.port,
        path,
        connections=connections,
        seconds=seconds or laboratory.scale.load_seconds,
        warm_up_seconds=laboratory.scale.warm_up_seconds,
        rate=rate,
        seed=next(_seeds),
        headers=headers,
        cpu=laboratory.generator_cpu,
        drain_seconds=DRAIN_SECONDS,
    )
    after = running.usage()
    check_answered(running, load)
    if after.cpu_seconds < before.cpu_seconds:
        raise Flawed("a process of it ended under the load")
    metrics = load_metrics(load) | usage_metrics(after, load.requests_per_second)
    metrics["cpu_us_per_request"] = (after.cpu_seconds - before.cpu_seconds) / load.answered_in_all * 1e6
    return Measured(case, metrics, load.latency.histogram)
