"""What a load has measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Latency:
    """Durations in microseconds. ``histogram`` holds pairs [microseconds, count], less than two per cent apart (one
    microsecond below 64); the quantiles are the middles of such buckets, the mean and the maximum are exact."""

    count: int
    mean_us: float
    p50_us: float
    p90_us: float
    p99_us: float
    p999_us: float
    max_us: float
    histogram: list[tuple[int, int]]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Latency:
        numbers = {name: data[name] for name in ("count", "mean_us", "p50_us", "p90_us", "p99_us", "p999_us", "max_us")}
        return cls(**numbers, histogram=[(us, count) for us, count in data["histogram"]])


@dataclass(frozen=True)
class HttpLoad:
    """``sent`` counts the requests that were due in the measured span: sent = completed + errors + unanswered, with
    what was answered while the load drained. Warm-up counts nowhere but in ``answered_in_all``."""

    seconds: float
    sent: int
    completed: int
    # connect: no connection; reset: it ended before the answer was whole; timeout; malformed: not HTTP, or too much.
    errors: dict[str, int]
    statuses: dict[int, int]
    # Received within the span, heads included.
    bytes_in: int
    # Answers that came within the span, by its seconds.
    requests_per_second: float
    # From the intended send to the last byte. In an open loop, what timed out or was never answered counts with the
    # time that it had waited.
    latency: Latency
    # How late requests went out for which there was a connection; empty in a closed loop.
    lag: Latency
    # The generator's own, within the span.
    cpu_seconds: float
    unanswered: int
    # Answers in warm-up, span and drain: divide by it what the server used during the whole call.
    answered_in_all: int = 0
    connects: int = 0
    # Sent once more because the server had closed the kept connection while the request was on its way.
    repeated: int = 0

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> HttpLoad:
        return cls(
            seconds=data["seconds"],
            sent=data["sent"],
            completed=data["completed"],
            errors=data["errors"],
            statuses={int(status): count for status, count in data["statuses"].items()},
            bytes_in=data["bytes_in"],
            requests_per_second=data["in_window"] / data["seconds"],
            latency=Latency.from_json(data["latency"]),
            lag=Latency.from_json(data["lag"]),
            cpu_seconds=data["cpu_seconds"],
            unanswered=data["unanswered"],
            answered_in_all=data["answered_in_all"],
            connects=data["connects"],
            repeated=data["repeats"],
        )
