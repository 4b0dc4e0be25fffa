"""What a load has measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HTTP_ERRORS = ("connect", "reset", "timeout", "malformed")


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


def _common(data: Mapping[str, Any]) -> dict[str, Any]:
    """What every load tells in the same words."""
    told = {name: data[name] for name in ("seconds", "sent", "cpu_seconds")}
    return told | {name: Latency.from_json(data[name]) for name in ("latency", "lag")}


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
            **_common(data),
            completed=data["completed"],
            errors={name: data["errors"][name] for name in HTTP_ERRORS},
            statuses={int(status): count for status, count in data["statuses"].items()},
            bytes_in=data["bytes_in"],
            requests_per_second=data["in_window"] / data["seconds"],
            unanswered=data["unanswered"],
            answered_in_all=data["answered_in_all"],
            connects=data["connects"],
            repeated=data["repeats"],
        )


@dataclass(frozen=True)
class EchoLoad:
    """As HttpLoad, with messages for requests. ``refused`` among the errors: a handshake that opens no WebSocket."""

    seconds: float
    sent: int
    completed: int
    unanswered: int
    messages_per_second: float
    latency: Latency
    lag: Latency
    errors: dict[str, int]
    cpu_seconds: float
    answered_in_all: int = 0

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> EchoLoad:
        return cls(
            **_common(data),
            completed=data["completed"],
            unanswered=data["unanswered"],
            messages_per_second=data["in_window"] / data["seconds"],
            errors=data["errors"],
            answered_in_all=data["answered_in_all"],
        )


@dataclass(frozen=True)
class FanLoad:
    """``sent`` messages of the span should come to every open socket (``expected`` deliveries); ``deliveries`` of them
    came, those included that came while the load drained. The latency is that of each delivery."""

    seconds: float
    sent: int
    deliveries: int
    expected: int
    # Deliveries that came within the span, by its seconds.
    deliveries_per_second: float
    latency: Latency
    lag: Latency
    # refused: sockets that did not open; reset: that were ended; malformed: what was delivered more often than asked.
    errors: dict[str, int]
    cpu_seconds: float
    delivered_in_all: int = 0

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FanLoad:
        return cls(
            **_common(data),
            deliveries=data["deliveries"],
            expected=data["expected"],
            deliveries_per_second=data["in_window"] / data["seconds"],
            errors=data["errors"],
            delivered_in_all=data["delivered_in_all"],
        )


@dataclass(frozen=True)
class ChatLoad:
    """What was said in a room, and what became of it: ``kept`` messages were confirmed, with a number each, and every
    one should be shown to every listener once. Counts are of the whole load; rates and latencies of its span."""

    seconds: float
    # Within the span; the others are counted from the first message of the warm-up to the last of the drain.
    sent: int
    kept: int
    refused: int
    # Sent once more, because it was said to wait.
    repeated_sends: int
    # The numbers of the stream before the first message, and of the last one that was confirmed.
    begun_after: int
    last: int
    listeners: int
    # Listeners that were shown every number from the first to the last, in order, over the socket that they began with.
    complete: int
    deliveries: int
    deliveries_per_second: float
    kept_per_second: float
    # Events of somebody else; numbers that were not the same to everybody.
    foreign: int
    wrong: int
    # What followers met: events that they had seen, holes, "lag" frames; what they asked for; "reset" frames.
    repeated: int
    holes: int
    lags: int
    syncs: int
    resets: int
    # The last error's code, and how many sockets ended, broke the rules of WebSockets, or said what is no JSON.
    code: str
    errors: dict[str, int]
    # From the intended send to the arrival at each listener, and to the confirmation at the speaker.
    latency: Latency
    confirming: Latency
    # How late messages went out for which there was a speaker; empty in a closed loop.
    lag: Latency
    cpu_seconds: float

    @property
    def lost(self) -> int:
        """Deliveries that are missing at the end."""
        return self.kept * self.listeners - self.deliveries

    @property
    def is_whole(self) -> bool:
        """Whether every listener ended with exactly the log: what was confirmed, by number, without a gap."""
        is_numbered = self.last - self.begun_after == self.kept and not self.wrong and not self.foreign
        return is_numbered and not self.lost and self.complete == self.listeners

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ChatLoad:
        seconds = data["seconds"]
        rates = {"in_window": "deliveries_per_second", "kept_in_window": "kept_per_second"}
        told = {rates.get(name, name): value / seconds if name in rates else value for name, value in data.items()}
        return cls(**{**told, "confirming": Latency.from_json(data["confirming"]), **_common(data)})
