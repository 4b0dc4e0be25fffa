"""Requests that are due at their own times, whatever the server does."""

from __future__ import annotations

import itertools
import math
import socket
import statistics
import threading
import time
from collections import Counter

import pytest

from deploy.lab.generator import http, responder
from deploy.lab.generator.program import run
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


def due_seconds(*, rate: float, seconds: float, seed: int) -> list[float]:
    """The times at which an open loop's requests are due, from its start."""
    words = ["arrivals", "--rate", str(rate), "--seconds", str(seconds), "--seed", str(seed)]
    return [due / 1e9 for due in run(words, 10)["due_ns"]]


def test_arrivals_are_a_poisson_process() -> None:
    times = due_seconds(rate=1000, seconds=20, seed=1)
    # Four standard deviations of a Poisson count.
    assert abs(len(times) - 20_000) < 4 * 20_000**0.5
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    # Exponential gaps: their deviation is their mean, and a share 1 - 1/e of them is shorter than that.
    assert statistics.stdev(gaps) / statistics.mean(gaps) == pytest.approx(1, abs=0.03)
    assert sum(gap < 0.001 for gap in gaps) / len(gaps) == pytest.approx(1 - math.exp(-1), abs=0.015)
    # One gap tells nothing of the next.
    assert statistics.correlation(gaps[:-1], gaps[1:]) == pytest.approx(0, abs=0.03)
    # Counts in spans of 20 ms: their variance is their mean.
    counts = Counter(int(due / 0.02) for due in times)
    spans = [counts[at] for at in range(1000)]
    assert statistics.variance(spans) / statistics.mean(spans) == pytest.approx(1, abs=0.18)


def test_requests_are_sent_as_they_are_due() -> None:
    times: list[float] = []

    def script(client: socket.socket, number: int) -> None:
        while read_request(client):
            times.append(time.monotonic())
            client.sendall(OK)

    due = due_seconds(rate=200, seconds=1, seed=5)
    with serving(script) as port:
        load = http(port, "/", connections=32, seconds=1, rate=200, seed=5)
    assert load.completed == load.sent == len(times) == len(due)
    late = [sent - times[0] - (planned - due[0]) for sent, planned in zip(sorted(times), due, strict=True)]
    assert abs(statistics.median(late)) < 0.05


def test_the_same_seed_is_the_same_load() -> None:
    with responder() as port:
        first, again, other = (http(port, "/", connections=8, seconds=0.5, rate=900, seed=seed) for seed in (1, 1, 2))
    assert first.sent == again.sent == len(due_seconds(rate=900, seconds=0.5, seed=1))
    assert other.sent == len(due_seconds(rate=900, seconds=0.5, seed=2)) != first.sent


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
    assert opened.lag.p50_us < 10_000


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
