"""The sums of /compare/choose/, against figures small enough to be summed by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deploy.compare.advice import WAYS, Advice, Door, Measured, Needs, advise
from deploy.compare.measured_doors import measured_doors
from deploy.compare.reading import read_head, read_run
from deploy.topology import names
from tests.deploy.compare.made_up import write_run

SYNC = Door("gunicorn-sync", cpu_us=1000, process_mib=50, slots=1)
THREADS = Door("gunicorn-gthread", cpu_us=1200, process_mib=50, slots=8)
DAPHNE = Door("ambos-daphne", cpu_us=4000, process_mib=80, slots=None, socket_kib=32)
UVICORN = Door("uvicorn", cpu_us=3000, process_mib=70, slots=None, socket_kib=16)
MEASURED = Measured({door.server: door for door in (SYNC, THREADS, DAPHNE, UVICORN)}, {"split": 10_000.0})
NEEDS = Needs(requests_per_second=70, waiting_share=0, wait_ms=0, sockets=0, memory_mib=2048, cores=4)


def advice(topology: str, needs: Needs = NEEDS, measured: Measured = MEASURED) -> Advice:
    return next(entry for entry in advise(needs, measured)[0] if entry.topology == topology)


def test_processor_is_rate_times_cost_with_headroom() -> None:
    split = advice("split")
    assert split.busy_cores == pytest.approx(0.7)  # 70/s × 10 ms
    assert split.cores == pytest.approx(1.0)


def test_another_server_costs_what_it_adds() -> None:
    assert advice("split_gthread").busy_cores == pytest.approx(70 * 10_200 / 1e6)


def test_a_topology_that_was_measured_as_a_whole_needs_no_estimate() -> None:
    measured = replace(MEASURED, page_us={"split": 10_000.0, "all_asgi": 16_000.0})
    assert advice("all_asgi", measured=measured).busy_cores == pytest.approx(70 * 16_000 / 1e6)
    assert advice("all_asgi", measured=measured).extra_us == 0


def test_waits_hold_a_sync_worker_each_and_a_thread_an_eighth_of_a_process() -> None:
    needs = replace(NEEDS, waiting_share=1, wait_ms=1000)
    assert advice("split", needs).under_way == pytest.approx(70 * 1.01)
    assert advice("split", needs).processes == 101
    assert advice("split_gthread", needs).processes == 13
    assert advice("all_asgi", needs).processes == 2


def test_sockets_cost_memory_on_the_live_door_only() -> None:
    needs = replace(NEEDS, sockets=1024)
    split = advice("split", needs)
    assert split.sockets_mib == 32
    assert split.memory_mib == split.pages_mib + 80 + 32
    assert advice("all_asgi", needs).live_mib == 0


def test_without_a_live_door_sockets_do_not_fit() -> None:
    assert advice("all_wsgi").fits
    assert advice("all_wsgi", replace(NEEDS, sockets=1)).lacks == ("sockets",)


def test_what_is_too_little_is_named() -> None:
    assert advice("split", replace(NEEDS, memory_mib=100)).lacks == ("memory",)
    assert advice("split", replace(NEEDS, cores=0.5)).lacks == ("cores",)


def test_the_readers_own_figures_count_before_the_measured_ones() -> None:
    own = advice("split", replace(NEEDS, page_ms=20, process_mib=200))
    assert own.busy_cores == pytest.approx(1.4)
    assert own.memory_mib == 2 * 200 + 200


def test_the_best_known_of_those_that_are_alike_comes_first_and_misfits_come_last() -> None:
    found, _unknown = advise(replace(NEEDS, sockets=10), MEASURED)
    assert found[0].topology in {"split", "all_asgi"}
    assert [entry.fits for entry in found] == sorted((entry.fits for entry in found), reverse=True)
    granian = replace(SYNC, server="granian-wsgi", cpu_us=990)
    alike = Measured({**MEASURED.doors, "granian-wsgi": granian}, MEASURED.page_us)
    only_split, _unknown = advise(replace(NEEDS, sockets=10, cores=1.1), alike)
    assert only_split[0].topology == "split"


def test_what_was_not_measured_is_not_judged() -> None:
    found, unknown = advise(NEEDS, Measured({"gunicorn-sync": SYNC}, {}))
    assert found == []
    assert ("split", "ambos-daphne") in unknown


def test_nothing_asked_for_needs_one_process() -> None:
    split = advice("split", replace(NEEDS, requests_per_second=0))
    assert (split.processes, split.cores) == (1, 0)


def test_every_way_is_a_topology() -> None:
    assert set(WAYS) == set(names()) - {"side_by_side"}


def test_the_figures_come_from_the_run(own_runs: Path) -> None:
    measured = measured_doors(read_run(read_head(write_run(own_runs), "own/example", is_shipped=False)).cells)
    assert measured.doors["gunicorn-sync"].slots == pytest.approx(1)
    assert measured.doors["gunicorn-gthread"].slots is None or measured.doors["gunicorn-gthread"].slots == 8
    assert measured.doors["uvicorn"].slots is None
    assert measured.doors["uvicorn"].socket_kib == 30
    assert measured.doors["uvicorn"].cpu_us == pytest.approx(1e6 / 700)
    assert measured.page_us == {"split": 9000, "all_asgi": 14000}
