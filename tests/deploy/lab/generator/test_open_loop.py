"""Requests that are due at their own times, whatever the server does."""

from __future__ import annotations

import itertools
import socket
import statistics
import threading
import time

import pytest

from deploy.lab.generator import http, responder
from tests.deploy.lab.generator.scripted import OK, Script, answering, read_request, serving


def stalling(stall_seconds: float, after_seconds: float) -> Script:
    """Answers at once, but for one stall that holds up every connection."""
    began: list[float] = []
    stalled = threading.Event()
    everybody = threading.Lock()

    def script(client: socket.socket, number: int) -> None:
        while read_request(client):
            with everybody:
                began.append(time.monotonic())
                if not stalled.is_set() and time.monotonic() > began[0] + after_seconds:
                    stalled.set()
                    time.sleep(stall_seconds)
            client.sendall(OK)

    return script


def test_arrivals_are_a_poisson_process() -> None:
    times: list[float] = []

    def script(client: socket.socket, number: int) -> None:
        while read_request(client):
            times.append(time.monotonic())
            client.sendall(OK)

    with serving(script) as port:
        load = http(port, "/", connections=32, seconds=2.5, rate=400, seed=5)
    assert load.completed == load.sent == len(times)
    # Five standard deviations of a Poisson count.
    assert abs(load.sent - 1000) < 5 * 1000**0.5
    gaps = [later - earlier for earlier, later in itertools.pairwise(sorted(times))]
    # Exponential gaps: their deviation is their mean; even ones would give 0. A third are shorter than 0.4 of it.
    assert statistics.stdev(gaps) / statistics.mean(gaps) == pytest.approx(1, abs=0.15)
    assert sum(gap < 0.4 * statistics.mean(gaps) for gap in gaps) / len(gaps) == pytest.approx(0.33, abs=0.06)


def test_the_same_seed_is_the_same_load() -> None:
    with responder() as port:
        first, again, other = (http(port, "/", connections=8, seconds=0.5, rate=900, seed=seed) for seed in (1, 1, 2))
    assert first.sent == again.sent
    assert first.sent != other.sent


def test_a_stall_counts_for_every_request_that_was_due_in_it() -> None:
    """Coordinated omission: a closed loop sends nothing while the server stalls, and calls that a quiet time."""
    with serving(stalling(0.6, after_seconds=0.5)) as port:
        opened = http(port, "/", connections=4, seconds=2, rate=200)
    with serving(stalling(0.6, after_seconds=0.5)) as port:
        closed = http(port, "/", connections=4, seconds=2)
    assert opened.completed == opened.sent
    # 120 of 400 requests were due within the stall; every tenth waited for more than two thirds of it.
    assert opened.latency.p90_us > 250_000
    assert opened.latency.mean_us > 60_000
    assert opened.latency.max_us == pytest.approx(600_000, rel=0.2)
    # The server did the same to the closed loop, which noticed four slow requests.
    assert closed.latency.max_us > 500_000
    assert closed.latency.p99_us < 50_000
    assert closed.latency.mean_us < 20_000
    # The stall was the server's: the generator was not late.
    assert opened.lag.p99_us < 50_000


def test_what_has_no_connection_waits_for_one() -> None:
    """One connection that takes 20 ms cannot serve 100 a second: the queue grows, and is told."""

    def script(client: socket.socket, number: int) -> None:
        while read_request(client):
            time.sleep(0.02)
            client.sendall(OK)

    with serving(script) as port:
        load = http(port, "/", connections=1, seconds=1, rate=100, drain_seconds=0.2)
    assert load.connects == 1
    assert load.requests_per_second == pytest.approx(49, rel=0.2)
    assert load.unanswered > 20
    assert load.sent == load.completed + load.unanswered
    # Those that were never answered count with the time they had waited.
    assert load.latency.count == load.sent
    assert load.latency.max_us > 500_000


def test_what_is_due_in_the_span_is_waited_for_when_the_span_has_ended() -> None:
    def script(client: socket.socket, number: int) -> None:
        while read_request(client):
            time.sleep(0.3)
            client.sendall(OK)

    with serving(script) as port:
        load = http(port, "/", connections=100, seconds=0.5, rate=50)
    assert load.completed == load.sent > 10
    assert load.latency.p50_us == pytest.approx(300_000, rel=0.2)


def test_the_lag_of_the_generator_is_told() -> None:
    with serving(answering(OK)) as port:
        load = http(port, "/", connections=16, seconds=0.5, rate=300)
    assert load.lag.count == load.sent
    assert load.lag.p50_us < 10_000
