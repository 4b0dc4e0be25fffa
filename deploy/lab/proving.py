"""The load generator's own proof: what it manages where nothing holds it back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from deploy.lab import generator
from deploy.lab.bench import Bench
from deploy.lab.results import Sample
from deploy.lab.summary import counting

SECONDS = 0.7
CONNECTIONS = 64
# An open loop slow enough for any machine: what its sends come late here, they come late by the machine's fault.
RATE_PER_SECOND = 1000.0
LATE_MS = 1.0


def prove(laboratory: Bench) -> dict[str, Any]:
    """``run.json``'s ``generator``: requests a second against its own responder, and its lag in an open loop."""
    with generator.responder(cpu=laboratory.core) as port:
        closed = generator.http(
            port, "/plain", connections=CONNECTIONS, seconds=SECONDS, warm_up_seconds=0.2, cpu=laboratory.generator_cpu
        )
        opened = generator.http(
            port,
            "/plain",
            connections=CONNECTIONS,
            seconds=SECONDS,
            rate=RATE_PER_SECOND,
            cpu=laboratory.generator_cpu,
        )
    return {
        "program": generator.generator_path().name,
        "requests_per_second": round(closed.requests_per_second),
        "errors": sum(closed.errors.values()) + sum(opened.errors.values()),
        "share": round(closed.cpu_seconds / closed.seconds, 3),
        "lag_p50_ms": round(opened.lag.p50_us / 1000, 3),
        "lag_p99_ms": round(opened.lag.p99_us / 1000, 3),
    }


def against_fastest(proof: dict[str, Any], samples: Iterable[Sample]) -> dict[str, Any]:
    """How many times as fast the generator is as the fastest server that it has measured."""
    fastest = max((sample.metrics.get("requests_per_second", 0.0) for sample in counting(samples)), default=0.0)
    told = {"fastest_server": round(fastest)}
    return told | ({"times_fastest": round(proof["requests_per_second"] / fastest, 1)} if fastest else {})
