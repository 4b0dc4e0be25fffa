"""What the textbooks say of requests comes out of the experiments, whatever the machine's speed."""

from __future__ import annotations

import pytest

from deploy.lab.bench import Bench
from tests.deploy.lab.experiments.measuring import laboratory, measured, one

__all__ = ["laboratory"]

pytestmark = [pytest.mark.lab, pytest.mark.live]


def test_two_sync_workers_make_twenty_waits_a_second_whoever_asks(laboratory: Bench) -> None:
    few, many = sorted(measured(laboratory, "waits", "gunicorn-sync", "bare-wsgi"), key=by_concurrency)
    assert few.metrics["requests_per_second"] == pytest.approx(20, rel=0.25)
    assert few.metrics["p50_ms"] == pytest.approx(200, rel=0.25)
    assert many.metrics["requests_per_second"] == pytest.approx(20, rel=0.25)
    # Who waits for seconds has not been answered, and would be missing from a median.
    assert many.metrics["unanswered"] > 0
    assert "p50_ms" not in many.metrics


def test_plain_functions_get_forty_threads_and_coroutines_any_number(laboratory: Bench) -> None:
    found = measured(laboratory, "waits", "uvicorn", "fastapi")
    many = {case.case["endpoint"]: case.metrics["requests_per_second"] for case in found if by_concurrency(case) == 64}
    assert 100 < many["wait-thread"] < 440
    assert many["wait"] > many["wait-thread"]
    assert many["wait-blocking"] < 12


def test_who_blocks_a_sync_worker_blocks_everybody(laboratory: Bench) -> None:
    blocked = one(laboratory, "blocked", "gunicorn-sync").metrics
    assert blocked["fast_answered_share"] == 0
    assert blocked["fast_max_ms"] > 1500
    assert blocked["errors"] == 0


def test_who_awaits_blocks_nobody_and_who_sleeps_blocks_everybody(laboratory: Bench) -> None:
    awaited, slept = sorted(measured(laboratory, "blocked", "uvicorn"), key=lambda case: str(case.case["endpoint"]))
    assert awaited.metrics["fast_answered_share"] > 0.8
    assert slept.metrics["fast_answered_share"] == 0


def test_five_calls_take_five_times_as_long_one_after_the_other(laboratory: Bench) -> None:
    found = measured(laboratory, "several_calls", "gunicorn-sync")
    took = {case.case["endpoint"]: case.metrics["p50_ms"] for case in found if by_concurrency(case) == 1}
    assert took["waits"] >= 250
    assert 50 <= took["waits-threads"] < 250
    together = one(laboratory, "several_calls", "uvicorn", concurrency=1)
    assert 50 <= together.metrics["p50_ms"] < 250


def test_saturation_says_what_a_request_costs(laboratory: Bench) -> None:
    [saturation] = measured(laboratory, "load", "gunicorn-gthread")
    metrics = saturation.metrics
    assert metrics["errors"] == metrics["unanswered"] == 0
    # One core, of which others may take their part.
    assert 0 < metrics["cpu_us_per_request"] * metrics["requests_per_second"] / 1e6 < 1.3
    assert 50 < metrics["cpu_us_per_request"] < 50_000
    assert metrics["pss_mib"] > 10
    assert metrics["threads"] >= 8
    assert sum(count for _microseconds, count in saturation.histogram) > 0


def test_djangos_handler_is_several_times_dearer_on_asgi(laboratory: Bench) -> None:
    on_wsgi = one(laboratory, "handler_cost", "none", "django-wsgi", view="sync").metrics["cpu_us_per_request"]
    on_asgi = one(laboratory, "handler_cost", "none", "django-asgi", view="sync").metrics["cpu_us_per_request"]
    assert on_asgi / on_wsgi > 3


def test_a_server_passes_every_check(laboratory: Bench) -> None:
    metrics = one(laboratory, "conformance", "granian-wsgi").metrics
    assert metrics["failed"] == 0
    assert metrics["checks"] >= 9


def by_concurrency(case: object) -> int:
    return int(case.case["concurrency"])  # type: ignore[attr-defined]
