"""A whole run of the laboratory without a single measurement: every cell that the experiments would fill, with figures
that come out of the cell's own name."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path

from deploy.lab import claims, profiles
from deploy.lab.experiments import ALL
from deploy.lab.results import FORMAT, ResultFolder, Sample
from deploy.lab.summary import summarise
from deploy.lab.trials import Scale
from deploy.lab.verdicts import judge, written

LOADED = ("requests_per_second", "p50_ms", "p90_ms", "p99_ms", "p999_ms", "errors", "cpu_us_per_request", "pss_mib")
METRICS: dict[str, tuple[str, ...]] = {
    "conformance": ("checks", "failed"),
    "waits": (*LOADED, "requests_per_second_per_mib"),
    "blocked": ("fast_p50_ms", "fast_max_ms", "fast_answered_share"),
    "load": (*LOADED, "requests_per_second_per_mib"),
    "frameworks": LOADED,
    "handler_cost": ("cpu_us_per_request",),
    "several_calls": ("p50_ms",),
    "upgrade": ("upgraded", "status", "scopes", "http2"),
    "idle_streams": ("held", "held_share", "kib_per_connection", "threads", "answers"),
    "websockets": ("messages_per_second", "deliveries_per_second", "p50_ms", "p99_ms"),
    "idle_sockets": ("held", "held_share", "kib_per_connection", "idle_cpu_percent", "connects_per_second"),
    "stopping": ("finished", "close_code", "stop_seconds", "left_behind"),
    "slow_reader": ("grown_mib", "answers"),
    "pages": LOADED,
    "mixed": ("page_p50_ms", "page_p99_ms", "message_p50_ms", "message_p99_ms", "delivered_share", "pss_mib"),
}
SWITCHES = {"checks", "failed", "upgraded", "http2", "answers", "finished", "left_behind"}


def samples(scale: Scale = profiles.FULL) -> Iterator[Sample]:
    for name, experiment in ALL.items():
        for trial in experiment.trials(scale):
            for case in trial.cases:
                for number in range(1, 1 + (trial.rounds or scale.rounds)):
                    whole = {**trial.settings, **case}
                    cell = f"{name} {trial.server} {trial.peer} {sorted(whole.items())}"
                    metrics = {metric: _value(cell, metric, number) for metric in _metrics(name, trial.peer, whole)}
                    yield Sample(name, trial.server, trial.peer, whole, number, metrics)


def write(folder: Path, *, name: str = "fake", profile: str = "full", **run: object) -> ResultFolder:
    scale = profiles.PROFILES[profile]
    result = ResultFolder.create(folder / name)
    found = list(samples(scale))
    lines = "".join(_line(sample) for sample in found)
    result.write("samples.jsonl", lines)
    result.write_json("summary.json", summarise(found))
    result.write_json("verdicts.json", written(judge(claims.load(), found)))
    started = {"started_at": "2026-11-22T23:15:00+00:00", "ended_at": "2026-11-23T00:15:00+00:00"}
    machine = {"processor": "A processor", "cores": 2, "memory_mib": 7950, "kernel": "6.1"}
    head = {"format": FORMAT, "name": name, "profile": profile, "complete": True, "void": "", "machine": machine}
    empty: dict[str, object] = {"chosen": [], "generator": {}, "unavailable": {}, "thrown_away": [], "itself": {}}
    result.write_json("run.json", {**head, **started, **empty, "seed": 1, "database": "SQLite 3.40.1", **run})
    return result


def _metrics(experiment: str, peer: str, case: dict[str, str | int | float]) -> tuple[str, ...]:
    if experiment == "handler_cost" and peer == "none":
        return ("configuration_lines",)
    if experiment == "handler_cost" and peer in {"bare-wsgi", "bare-asgi"}:
        return ("cpu_us_per_request", "code_lines")
    if experiment == "websockets":
        return (("messages_per_second" if case["kind"] == "echo" else "deliveries_per_second"), "p50_ms", "p99_ms")
    return METRICS[experiment]


def _value(cell: str, metric: str, number: int) -> float:
    """The same in every run of the tests; a little apart from round to round."""
    drawn = zlib.crc32(f"{cell} {metric}".encode())
    if metric in SWITCHES:
        return float(drawn % 2)
    return (drawn % 9000 + 10) / 10 * (1 + number / 100)


def _line(sample: Sample) -> str:
    fields = ("experiment", "server", "peer", "case", "round", "metrics", "histogram", "flaw", "step")
    return json.dumps({field: getattr(sample, field) for field in fields}) + "\n"
