"""The bench's table, its verdicts, and the file that keeps both."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.lab import machine
from deploy.lab.chat.measuring import Cell, Scale
from deploy.lab.chat.targets import Medians, medians, verdicts

# Of each scenario the metrics that its table shows, with their heads.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "fan-out": {
        "deliveries_per_second": "deliveries/s",
        "messages_per_second": "messages/s",
        "half_per_second": "at half",
        "p50_ms": "p50 ms",
        "p99_ms": "p99 ms",
        "max_ms": "max ms",
        "server_us_per_delivery": "server us",
        "client_share": "client",
    },
    "client": {
        "deliveries_per_second": "deliveries/s",
        "client_ceiling_per_second": "a whole core",
        "client_share": "client",
    },
    "sends": {"sends_per_second": "kept/s", "confirmed_p50_ms": "ok p50 ms", "confirmed_p99_ms": "ok p99 ms"},
    "idle": {"kib_per_socket": "KiB a socket", "connects_per_second": "opened/s"},
    "loop": {
        "lag_p50_ms": "lag p50 ms",
        "lag_p99_ms": "lag p99 ms",
        "lag_max_ms": "lag max ms",
        "kib_per_socket": "KiB a socket",
        "idle_cpu_percent": "core %",
        "connects_per_second": "opened/s",
    },
}
TITLES = {
    "fan-out": "One room where all listen: as fast as it goes; then half of that, from intended send to each listener",
    "client": "The client's own limit: what it takes of the library's broadcast of such frames, and what a core would",
    "sends": "Messages that are kept, in one room, by so many who speak as fast as they are confirmed",
    "idle": "What one more open socket costs that says nothing",
    "loop": "Idle sockets in one process, and how long its loop lets one more socket wait",
}
# A client that uses more of its core may be what was measured.
CLIENT_BUSY = 0.9


def tell(cells: Sequence[Cell], failures: Sequence[str]) -> Iterator[str]:
    found = medians(cells)
    for scenario, columns in COLUMNS.items():
        rows = [(subject, sockets, values) for (name, subject, sockets), values in found.items() if name == scenario]
        if rows:
            yield ""
            yield TITLES[scenario]
            yield from _table(rows, columns)
    yield ""
    for verdict in verdicts(cells, failures):
        yield f"{verdict.word:<22} {verdict.promise}{': ' if verdict.found else ''}{verdict.found}"
    for note in [*_notes(cells, found), *failures]:
        yield f"NOTE                   {note}"


def write(
    folder: Path, cells: Sequence[Cell], failures: Sequence[str], scale: Scale, described: Mapping[str, Any]
) -> Path:
    """Everything that was measured, as JSON; gives the file. ``described``: the machine before it began."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{time.strftime('%Y-%m-%d-%H%M%S')}.json"
    content = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "machine": dict(described),
        "versions": machine.versions(),
        "scale": dataclasses.asdict(scale),
        "cells": [dataclasses.asdict(cell) for cell in cells],
        "medians": [
            {"scenario": scenario, "subject": subject, "sockets": sockets, **values}
            for (scenario, subject, sockets), values in medians(cells).items()
        ],
        "verdicts": [{**dataclasses.asdict(each), "word": each.word} for each in verdicts(cells, failures)],
        "failures": list(failures),
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return path


def _table(rows: Sequence[tuple[str, int, Mapping[str, float]]], columns: Mapping[str, str]) -> Iterator[str]:
    width = max(len(subject) for subject, _sockets, _values in rows)
    yield f"  {'':<{width}} sockets " + " ".join(f"{head:>12}" for head in columns.values())
    for subject, sockets, values in rows:
        shown = (_number(values.get(metric)) for metric in columns)
        yield f"  {subject:<{width}} {sockets:>7} " + " ".join(f"{word:>12}" for word in shown)


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _notes(cells: Sequence[Cell], found: Medians) -> Iterator[str]:
    for (scenario, subject, sockets), values in found.items():
        if values.get("client_share", 0) > CLIENT_BUSY:
            yield f"{scenario}, {subject}, {sockets} sockets: the client's core was full, the server may be faster"
    for cell in cells:
        for flaw in cell.flaws:
            yield f"{cell.scenario}, {cell.subject}, {cell.sockets} sockets: {flaw}"
