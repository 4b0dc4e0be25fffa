"""What is known of some servers comes out of the experiments: told by facts that do not hang on the machine's speed."""

from __future__ import annotations

import pytest

from deploy.lab.bench import Bench
from tests.deploy.lab.experiments.measuring import laboratory, measured, one

__all__ = ["laboratory"]

pytestmark = [pytest.mark.lab, pytest.mark.live]


def test_wsgi_refuses_an_upgrade_and_asgi_agrees(laboratory: Bench) -> None:
    refused = one(laboratory, "upgrade", "gunicorn-sync").metrics
    assert (refused["upgraded"], refused["status"], refused["scopes"], refused["http2"]) == (0, 404, 1, 0)
    agreed = one(laboratory, "upgrade", "granian-asgi").metrics
    assert (agreed["upgraded"], agreed["status"], agreed["scopes"], agreed["http2"]) == (1, 101, 3, 1)


def test_django_opens_sockets_with_channels_alone(laboratory: Bench) -> None:
    assert one(laboratory, "upgrade", "uvicorn", "django-asgi").metrics["upgraded"] == 1
    assert one(laboratory, "upgrade", "uvicorn", "django-asgi-alone").metrics["upgraded"] == 0


def test_streams_take_the_slots_of_threads_and_nothing_of_uvicorn(laboratory: Bench) -> None:
    threads = one(laboratory, "idle_streams", "gunicorn-gthread").metrics
    assert (threads["held"], threads["answers"]) == (8, 0)
    assert "kib_per_connection" not in threads
    uvicorn = one(laboratory, "idle_streams", "uvicorn").metrics
    assert (uvicorn["held"], uvicorn["answers"]) == (300, 1)
    assert 2 < uvicorn["kib_per_connection"] < 100


def test_idle_sockets_cost_some_memory_and_hardly_any_time(laboratory: Bench) -> None:
    metrics = one(laboratory, "idle_sockets", "uvicorn", "bare-asgi").metrics
    assert metrics["held"] == 300
    assert 2 < metrics["kib_per_connection"] < 100
    assert metrics["idle_cpu_percent"] < 25
    assert metrics["connects_per_second"] > 50


def test_messages_come_back_from_one_and_from_all(laboratory: Bench) -> None:
    echo, fan = (one_of.metrics for one_of in measured(laboratory, "websockets", "uvicorn", "bare-asgi"))
    assert echo["messages_per_second"] > 100
    assert 1 < echo["cpu_us_per_message"] < 10_000
    assert fan["deliveries_per_second"] > 100
    assert fan["delivered_share"] == 1
    assert echo["errors"] == fan["errors"] == 0


def test_a_stopped_sync_worker_finishes_its_request(laboratory: Bench) -> None:
    metrics = one(laboratory, "stopping", "gunicorn-sync").metrics
    assert (metrics["finished"], metrics["left_behind"]) == (1, 0)
    assert metrics["stop_seconds"] > 1
    assert "close_code" not in metrics


def test_a_stopped_daphne_drops_its_request_and_cuts_its_socket(laboratory: Bench) -> None:
    metrics = one(laboratory, "stopping", "daphne").metrics
    assert (metrics["finished"], metrics["close_code"], metrics["left_behind"]) == (0, 0, 0)


def test_a_stopped_uvicorn_finishes_its_request_and_tells_its_socket(laboratory: Bench) -> None:
    metrics = one(laboratory, "stopping", "uvicorn").metrics
    assert (metrics["finished"], metrics["close_code"], metrics["left_behind"]) == (1, 1012, 0)


def test_who_does_not_read_holds_up_a_sync_worker(laboratory: Bench) -> None:
    metrics = one(laboratory, "slow_reader", "gunicorn-sync").metrics
    assert metrics["answers"] == 0
    assert metrics["grown_mib"] < 20


def test_who_does_not_read_fills_the_memory_of_daphne(laboratory: Bench) -> None:
    stock = one(laboratory, "slow_reader", "daphne", kind="websocket").metrics
    assert (stock["answers"], stock["taken_mib"] > 100, stock["grown_mib"] > 100) == (1, True, True)
    ours = one(laboratory, "slow_reader", "ambos-daphne", kind="websocket").metrics
    assert (ours["answers"], ours["taken_mib"] < 50, ours["grown_mib"] < 50) == (1, True, True)
