from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from deploy.lab import generator
from deploy.lab.experiments import load, loads, wire
from deploy.lab.profiles import FULL, QUICK
from deploy.lab.trials import Case, Flawed, Laboratory, Measured, Running, Scale, Trial, Usage

NOTHING = generator.Latency(0, 0, 0, 0, 0, 0, 0, [])
SOME = generator.Latency(100, 1500, 1000, 2000, 3000, 4000, 5000, [(1000, 100)])
LOAD = generator.HttpLoad(
    seconds=2,
    sent=100,
    completed=100,
    errors={"reset": 1, "timeout": 2},
    statuses={200: 100, 500: 1},
    bytes_in=1000,
    requests_per_second=50,
    latency=SOME,
    lag=NOTHING,
    cpu_seconds=0.5,
    unanswered=0,
    answered_in_all=110,
)


class Server:
    """Stands for a started one; says how often it was stopped early."""

    port = 1
    left_behind = 0
    pids: list[int] = []
    alive = True
    stops = 0

    def usage(self) -> Usage:
        return Usage(cpu_seconds=1.0, pss_kib=2048, threads=3, open_files=4, processes=1)

    def stop(self, *, patience_seconds: float = 10) -> float:
        self.stops += 1
        return 0

    def is_alive(self) -> bool:
        return self.alive


class Room:
    """A laboratory that starts nothing, and counts how often it was asked to."""

    generator_cpu = None

    def __init__(self, scale: Scale = QUICK) -> None:
        self.scale = scale
        self.started: list[Server] = []

    def run(self, command: object, *, timeout_seconds: float) -> str:
        raise AssertionError("no program is wanted")

    @contextlib.contextmanager
    def start(self, server: str, peer: str, settings: Case) -> Iterator[Running]:
        self.started.append(Server())
        yield self.started[-1]

    def start_site(self, topology: str, environment: object = None) -> contextlib.AbstractContextManager[Running]:
        raise AssertionError("no site is wanted")


def room(scale: Scale = QUICK) -> tuple[Room, Laboratory]:
    one = Room(scale)
    return one, one


TRIAL = Trial("waits", "gunicorn-sync", "bare-wsgi", {"processes": 1}, ({"number": 1}, {"number": 2}), 1)


def test_what_the_client_saw_is_told_in_milliseconds_and_wrong_statuses_are_errors() -> None:
    metrics = loads.load_metrics(LOAD)
    assert (metrics["p50_ms"], metrics["p999_ms"]) == (1, 4)
    assert metrics["errors"] == 4
    assert metrics["generator_share"] == 0.25


def test_a_closed_loop_that_gave_some_up_has_no_quantiles() -> None:
    assert "p99_ms" not in loads.load_metrics(replace(LOAD, unanswered=1))
    assert "p99_ms" not in loads.load_metrics(replace(LOAD, latency=NOTHING))
    # In an open loop their waiting is among the latencies.
    assert "p99_ms" in loads.load_metrics(replace(LOAD, unanswered=1, lag=SOME))


def test_a_dead_server_and_a_silent_one_do_not_count() -> None:
    with pytest.raises(Flawed, match="nothing was answered"):
        loads.check_answered(Server(), replace(LOAD, answered_in_all=0))
    with pytest.raises(Flawed, match="only before or after"):
        loads.check_answered(Server(), replace(LOAD, requests_per_second=0))
    server = Server()
    server.alive = False
    with pytest.raises(Flawed, match="died"):
        loads.check_answered(server, LOAD)


def test_refusals_do_not_count_as_served() -> None:
    with pytest.raises(Flawed, match="503: 60"):
        loads.check_answered(Server(), replace(LOAD, statuses={200: 40, 503: 60}))


def test_processor_time_is_shared_by_all_that_were_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    used = iter([1.0, 1.11])
    monkeypatch.setattr(Server, "usage", lambda server: Usage(next(used), 2048, 3, 4, 1))
    monkeypatch.setattr(generator, "http", lambda *args, **options: LOAD)
    measured = loads.saturate(Server(), {}, room()[1], "/plain")
    assert measured.metrics["cpu_us_per_request"] == pytest.approx(1000)
    assert measured.metrics["requests_per_second_per_mib"] == 25
    assert measured.flaw == ""


def test_a_generator_that_is_busy_or_late_is_a_flaw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "http", lambda *args, **options: replace(LOAD, cpu_seconds=0.8))
    assert loads.saturate(Server(), {}, room()[1], "/plain").flaw == "generator-bound"
    monkeypatch.setattr(generator, "http", lambda *args, **options: replace(LOAD, lag=SOME))
    assert loads.arrive(Server(), {}, room()[1], "/plain", rate=10).flaw == "generator late"


@pytest.mark.parametrize(
    ("share", "server_share", "flaw"),
    [(0.3, 0.5, ""), (0.5, 0.5, "generator-bound"), (0.5, 0.99, ""), (0.98, 0.99, "generator-bound")],
)
def test_a_busy_generator_limits_nobody_whose_own_core_is_full(share: float, server_share: float, flaw: str) -> None:
    assert loads.generator_flaw(share, server_share) == flaw


@pytest.mark.parametrize(("idle", "starts"), [(True, 1), (False, 2)])
def test_a_server_left_busy_is_started_anew(monkeypatch: pytest.MonkeyPatch, idle: bool, starts: int) -> None:
    monkeypatch.setattr(wire, "answers", lambda *args, **options: idle)
    one, laboratory = room()
    cases = list(loads.on_idle_server(TRIAL, list(TRIAL.cases), laboratory, lambda running, case: Measured(case, {})))
    assert [measured.case for measured in cases] == list(TRIAL.cases)
    assert len(one.started) == starts


def test_rates_are_parts_of_the_saturation_that_was_measured_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float | None] = []

    def http(*args: object, **options: float | None) -> generator.HttpLoad:
        asked.append(options["rate"])
        return replace(LOAD, requests_per_second=400)

    monkeypatch.setattr(generator, "http", http)
    [trial] = [trial for trial in load.trials(FULL) if trial.server == "uvicorn" and len(trial.cases) > 2]
    cases: list[Case] = [{"endpoint": "row", "load": "common"}, {"endpoint": "row", "load": 0.5}, load.SATURATION]
    measured = list(load.run(trial, cases, room()[1]))
    assert [one.case["load"] for one in measured] == ["saturation", "common", 0.5]
    assert asked == [None, 100, 200]
    # Measured again for the sake of one rate, saturation is not told a second time.
    assert [one.case["load"] for one in load.run(trial, cases[1:2], room()[1])] == [0.5]
