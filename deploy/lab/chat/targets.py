"""What was promised, written down before it was measured, and what came of it."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from deploy.lab.chat.measuring import Cell

FAN_TIMES_TUTORIAL = 20.0
P99_MS = 250.0
SENDS_TIMES_SINGLE = 10.0
SOCKET_TIMES_CONSUMER = 1.5
LOOP_LAG_MS = 50.0

# Scenario, subject, sockets: and of each metric the middle of all rounds.
Key = tuple[str, str, int]
Medians = Mapping[Key, Mapping[str, float]]


@dataclass(frozen=True)
class Verdict:
    """``reached`` is None where something that it stands on was not measured."""

    promise: str
    found: str
    reached: bool | None
    is_stretch: bool = False

    @property
    def word(self) -> str:
        if self.reached is None:
            return "NOT MEASURED"
        return "reached" if self.reached else "not reached (stretch)" if self.is_stretch else "MISSED"


def medians(cells: Sequence[Cell]) -> Medians:
    grouped: dict[Key, list[Cell]] = {}
    for cell in cells:
        grouped.setdefault((cell.scenario, cell.subject, cell.sockets), []).append(cell)
    return {
        key: {name: statistics.median(cell.metrics[name] for cell in group) for name in group[0].metrics}
        for key, group in grouped.items()
    }


def verdicts(cells: Sequence[Cell], failures: Sequence[str]) -> list[Verdict]:
    found = medians(cells)
    return [
        *_fan_outs(found),
        *_latencies(found),
        *_sends(found),
        _memory(found),
        _loop(found),
        *_limits(found),
        _losses(cells, failures),
    ]


def _fan_outs(found: Medians) -> Iterator[Verdict]:
    """Beside the faster of the tutorial's channel layers."""
    for subject, sockets in _chats(found, "fan-out"):
        promise = f"fan-out to {sockets} sockets, {subject}: at least {FAN_TIMES_TUTORIAL:g} x the tutorial"
        theirs = [
            values["deliveries_per_second"]
            for (scenario, name, count), values in found.items()
            if scenario == "fan-out" and name.startswith("tutorial") and count == sockets
        ]
        yield _ratio(
            promise, found["fan-out", subject, sockets]["deliveries_per_second"], max(theirs, default=0),
            least=FAN_TIMES_TUTORIAL, unit="/s",
        )  # fmt: skip


def _latencies(found: Medians) -> Iterator[Verdict]:
    for subject, sockets in _chats(found, "fan-out"):
        p99 = found["fan-out", subject, sockets]["p99_ms"]
        promise = f"p99 at half that rate, {sockets} sockets, {subject}: under {P99_MS:g} ms"
        yield Verdict(promise, f"{p99:.0f} ms", p99 < P99_MS)


def _sends(found: Medians) -> Iterator[Verdict]:
    for (scenario, subject, _sockets), values in found.items():
        if scenario != "sends" or not subject.endswith(", group"):
            continue
        single = _one(found, "sends", subject.replace(", group", ", one by one"))
        promise = f"sends kept, {subject}: at least {SENDS_TIMES_SINGLE:g} x one commit a message"
        yield _ratio(
            promise, values["sends_per_second"], single.get("sends_per_second", 0), least=SENDS_TIMES_SINGLE, unit="/s"
        )


def _memory(found: Medians) -> Verdict:
    promise = f"an idle socket: at most {SOCKET_TIMES_CONSUMER:g} x a bare consumer's memory"
    ours, bare = _one(found, "idle", "ambos"), _one(found, "idle", "consumer")
    if not ours or not bare or bare["kib_per_socket"] <= 0:
        return Verdict(promise, "", None)
    ratio = ours["kib_per_socket"] / bare["kib_per_socket"]
    told = f"{ratio:.2f} x ({ours['kib_per_socket']:.1f} and {bare['kib_per_socket']:.1f} KiB)"
    return Verdict(promise, told, ratio <= SOCKET_TIMES_CONSUMER)


def _loop(found: Medians) -> Verdict:
    promise = f"the loop's lag with many idle sockets: always under {LOOP_LAG_MS:g} ms"
    lag = _one(found, "loop", "ambos")
    if not lag:
        return Verdict(promise, "", None)
    told = ", ".join(f"{name} {lag[f'lag_{name}_ms']:.1f} ms" for name in ("p50", "p99", "max"))
    return Verdict(promise, told, lag["lag_max_ms"] < LOOP_LAG_MS)


def _limits(found: Medians) -> Iterator[Verdict]:
    for subject, sockets in _chats(found, "fan-out"):
        bare = found.get(("fan-out", "websockets", sockets), {}).get("deliveries_per_second", 0)
        promise = f"stretch: fan-out to {sockets} sockets, {subject}: as much as the bare library's broadcast"
        yield _ratio(
            promise, found["fan-out", subject, sockets]["deliveries_per_second"], bare, least=1, unit="/s", stretch=True
        )


def _losses(cells: Sequence[Cell], failures: Sequence[str]) -> Verdict:
    flaws = [flaw for cell in cells if cell.subject.startswith("ambos") for flaw in cell.flaws]
    told = f"{len(flaws)} faults in {len(cells)} measurements" if flaws else "every client ended with exactly the log"
    measured = not failures and any(cell.subject.startswith("ambos") for cell in cells)
    return Verdict("nothing lost, doubled or out of order", told, not flaws if flaws or measured else None)


def _ratio(promise: str, ours: float, theirs: float, *, least: float, unit: str, stretch: bool = False) -> Verdict:
    if ours <= 0 or theirs <= 0:
        return Verdict(promise, "", None, stretch)
    told = f"{ours / theirs:.1f} x ({ours:,.0f} and {theirs:,.0f}{unit})"
    return Verdict(promise, told, ours / theirs >= least, stretch)


def _chats(found: Medians, scenario: str) -> list[tuple[str, int]]:
    return [(subject, sockets) for name, subject, sockets in found if name == scenario and subject.startswith("ambos")]


def _one(found: Medians, scenario: str, subject: str) -> Mapping[str, float]:
    """The metrics of the first cell of that scenario whose subject begins so."""
    return next(
        (values for (name, who, _sockets), values in found.items() if name == scenario and who.startswith(subject)), {}
    )
