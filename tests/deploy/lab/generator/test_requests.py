"""What the generator sends, and what it refuses to send."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from deploy.errors import DeployError
from deploy.lab.generator import http, responder
from tests.deploy.lab.generator.scripted import OK, Script, answering, read_request, serving
from tests.programs import free_port


def recording(requests: list[bytes], answer: bytes = OK) -> Script:
    def script(client: socket.socket, number: int) -> None:
        while request := read_request(client):
            requests.append(request)
            client.sendall(answer)

    return script


def test_a_request_has_its_host_its_headers_and_its_body() -> None:
    requests: list[bytes] = []
    with serving(recording(requests)) as port:
        http(port, "/a?b=c", connections=1, seconds=0.1, method="POST", body_bytes=3, headers={"X-Who": "Alice"})
    head, _empty, body = requests[0].partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"POST /a?b=c HTTP/1.1",
        f"Host: 127.0.0.1:{port}".encode(),
        b"X-Who: Alice",
        b"Content-Length: 3",
    ]
    assert body == b"xxx"


def test_without_keep_alive_each_request_has_a_connection_of_its_own() -> None:
    requests: list[bytes] = []
    with serving(recording(requests)) as port:
        load = http(port, "/", connections=2, seconds=0.1, keep_alive=False)
    assert load.connects == load.sent == load.completed
    assert all(b"\r\nConnection: close\r\n" in request for request in requests)


def test_the_answer_to_head_has_no_body() -> None:
    with serving(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")) as port:
        load = http(port, "/", connections=1, seconds=0.1, method="HEAD")
    assert load.completed == load.sent > 1
    assert load.connects == 1


def test_paths_are_asked_by_their_weight_and_alike_with_the_same_seed() -> None:
    asked: list[list[bytes]] = []
    for _turn in range(2):
        requests: list[bytes] = []
        with serving(recording(requests)) as port:
            http(port, "", connections=1, seconds=0.3, paths=[(3, "/often"), (1, "/rarely"), (0, "/never")], seed=7)
        asked.append([request.split()[1] for request in requests])
    assert len(asked[0]) > 200
    count = Counter(asked[0])
    assert count[b"/never"] == 0
    assert 0.65 < count[b"/often"] / len(asked[0]) < 0.85
    shorter = min(map(len, asked))
    assert asked[0][:shorter] == asked[1][:shorter]


def test_every_request_is_accounted_for() -> None:
    """Warm-up counts nowhere but in all answers; what was due in the span was answered, failed or is open."""
    with responder() as port:
        load = http(port, "/", connections=8, seconds=0.3, warm_up_seconds=0.2)
    assert load.sent == load.completed + sum(load.errors.values()) + load.unanswered
    assert load.latency.count == load.completed == load.statuses[200]
    assert sum(count for _us, count in load.latency.histogram) == load.completed
    assert load.answered_in_all > load.completed * 1.2
    assert load.requests_per_second == pytest.approx(load.completed / load.seconds, rel=0.05)
    assert 0 < load.cpu_seconds <= load.seconds * 1.1


def test_quantiles_and_histogram_tell_of_the_same_latencies() -> None:
    with responder() as port:
        latency = http(port, "/", connections=4, seconds=0.3).latency
    assert 0 < latency.p50_us <= latency.p90_us <= latency.p99_us <= latency.p999_us <= latency.max_us
    pairs = latency.histogram
    assert pairs == sorted(set(pairs))
    middle = next(us for at, (us, _n) in enumerate(pairs) if sum(n for _us, n in pairs[: at + 1]) >= latency.count / 2)
    assert middle == pytest.approx(latency.p50_us, rel=0.02, abs=1)
    assert sum(us * n for us, n in pairs) / latency.count == pytest.approx(latency.mean_us, rel=0.02, abs=1)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"connections": 0}, 'connections is "0"'),
        ({"seconds": float("nan")}, 'seconds is "nan"'),
        ({"seconds": -1}, 'seconds is "-1"'),
        ({"rate": 0.0}, 'rate is "0.0"'),
        ({"cpu": 1000}, "cannot run on core 1000"),
        ({"connections": 900_000}, "open files"),
        ({"paths": [(0, "/")]}, "weight above 0"),
        ({"paths": [(-1, "/"), (2, "/")]}, "below 0"),
        ({"paths": [(1, "no-slash")]}, "no path"),
        ({"paths": [(1, "/a b")]}, "no path"),
        ({"headers": {"X": "a\r\nY: b"}}, "line break"),
        ({"headers": {"X Y": "a"}}, "no name"),
        ({"method": "get"}, "no method"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_line(wrong: Mapping[str, Any], told: str) -> None:
    arguments: dict[str, Any] = {"connections": 1, "seconds": 0.1, **wrong}
    with responder() as port, pytest.raises(DeployError) as error:
        http(port, "/", **arguments)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("rate", [None, 500.0], ids=["closed", "open"])
def test_a_port_where_nobody_listens_is_told(rate: float | None) -> None:
    port = free_port()
    with pytest.raises(DeployError, match=f"nothing takes connections on port {port}"):
        http(port, "/", connections=2, seconds=0.2, rate=rate)
