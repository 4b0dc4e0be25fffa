"""The generator's closed loop beside wrk's, against the same server."""

from __future__ import annotations

import re
import subprocess
import time
from socket import socket

import pytest

from deploy.lab.generator import http, responder
from tests.deploy.lab.generator.scripted import OK, read_request, serving
from tests.servers import find_program, skipped_when_missing

UNITS = {"us": 1.0, "ms": 1000.0, "s": 1_000_000.0}


@pytest.fixture(scope="module")
def wrk() -> str:
    with skipped_when_missing():
        return find_program("wrk", "wrk")


def run_wrk(wrk: str, port: int, *, connections: int, seconds: int) -> tuple[float, float]:
    """Requests a second and the mean latency in microseconds."""
    command = [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", f"http://127.0.0.1:{port}/"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    latency = re.search(r"Latency\s+([\d.]+)(us|ms|s)\b", told)
    assert rate, told
    assert latency, told
    return float(rate[1]), float(latency[1]) * UNITS[latency[2]]


def test_both_see_the_same_at_a_low_rate(wrk: str) -> None:
    def script(client: socket, number: int) -> None:
        while read_request(client):
            time.sleep(0.02)
            client.sendall(OK)

    with serving(script) as port:
        ours = http(port, "/", connections=4, seconds=2)
        rate, latency_us = run_wrk(wrk, port, connections=4, seconds=2)
    assert ours.requests_per_second == pytest.approx(rate, rel=0.15)
    assert ours.latency.mean_us == pytest.approx(latency_us, rel=0.15)


@pytest.mark.live
def test_the_generator_asks_as_fast_as_wrk(wrk: str) -> None:
    """Half of it would still be of the same kind; a client in Python comes to a tenth."""
    with responder() as port:
        rate, _latency_us = run_wrk(wrk, port, connections=16, seconds=2)
        ours = http(port, "/", connections=16, seconds=2)
    assert ours.requests_per_second > rate / 2
    # A server that answers 60 thousand a second has so long for each; the generator must not need as much.
    assert ours.cpu_seconds / ours.completed < 1 / 60_000
