"""What the generator makes of answers, from proper ones to what no server should send."""

from __future__ import annotations

import socket
import time

import pytest

from deploy.lab.generator import http
from tests.deploy.lab.generator.scripted import OK, answering, answering_once, read_request, reset, serving

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
SECONDS = 0.1


@pytest.mark.parametrize("piece_bytes", [65536, 1], ids=["at once", "byte by byte"])
@pytest.mark.parametrize(
    "answer",
    [
        OK,
        HEAD + b"content-length:0\r\n\r\n",
        CHUNKED + b"5\r\nhello\r\n8;name=value\r\n, world!\r\n0\r\nTrailer: yes\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK,
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.0 404 Not Found\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nnope",
        b"HTTP/1.1 200\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
    ],
    ids=["length", "empty", "chunked", "early", "no content", "HTTP 1.0", "no reason"],
)
def test_a_proper_answer_leaves_the_connection_open_for_the_next(answer: bytes, piece_bytes: int) -> None:
    with serving(answering(answer, piece_bytes=piece_bytes)) as port:
        load = http(port, "/", connections=2, seconds=SECONDS)
    assert load.completed == load.sent > 2
    assert load.connects == 2
    assert not any(load.errors.values())
    assert load.statuses == {404 if b"404" in answer else 204 if b"204" in answer else 200: load.completed}
    assert load.bytes_in >= len(answer) * load.completed * 0.9


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Server: old\r\n\r\nwhatever comes until the end",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        HEAD + b"Connection: close\r\nContent-Length: 2\r\n\r\nok",
    ],
    ids=["until the end", "HTTP 1.0", "said"],
)
def test_a_connection_that_the_answer_ends_is_opened_anew(answer: bytes) -> None:
    with serving(answering_once(answer)) as port:
        load = http(port, "/", connections=2, seconds=SECONDS)
    assert load.completed == load.sent == load.connects > 2
    assert load.repeated == 0


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00" * 4000,
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\n\n",
        HEAD + b"no colon here\r\n\r\n",
        HEAD + b" folded: line\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n",
        HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        HEAD + b"X: " + b"y" * 9000 + b"\r\n\r\n",
        HEAD + b"X: y\r\n" * 20000,
        CHUNKED + b"xyz\r\n",
        CHUNKED + b"\r\n",
        CHUNKED + b"2\r\nokay\r\n0\r\n\r\n",
        OK + b"and more than was promised",
        OK + OK,
    ],
)
def test_what_is_not_http_is_counted_as_malformed(answer: bytes) -> None:
    with serving(answering_once(answer)) as port:
        load = http(port, "/", connections=1, seconds=SECONDS)
    assert load.errors["malformed"] == load.sent > 0
    assert load.completed == 0


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 20", HEAD, HEAD + b"Content-Length: 5\r\n\r\nhalf", CHUNKED + b"5\r\nhel", CHUNKED + b"0\r\n"],
)
@pytest.mark.parametrize("is_reset", [False, True], ids=["closed", "RST"])
def test_an_answer_that_is_cut_off_is_counted_as_reset(answer: bytes, is_reset: bool) -> None:
    def script(client: socket.socket, number: int) -> None:
        read_request(client)
        client.sendall(answer)
        if is_reset:
            reset(client)

    with serving(script) as port:
        load = http(port, "/", connections=1, seconds=SECONDS)
    assert load.errors["reset"] == load.sent > 0
    assert load.completed == 0


def test_half_a_connection_closed_after_the_answer_still_gives_the_answer() -> None:
    def script(client: socket.socket, number: int) -> None:
        read_request(client)
        # Answer and end come in one piece.
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        client.sendall(OK)
        client.shutdown(socket.SHUT_WR)
        client.recv(1)

    with serving(script) as port:
        load = http(port, "/", connections=1, seconds=SECONDS, method="POST", body_bytes=1, drain_seconds=1)
    # Nothing more is asked over what is left of it: a POST could not be repeated.
    assert load.completed == load.sent == load.connects > 1


def test_a_server_that_never_answers_times_out() -> None:
    def script(client: socket.socket, number: int) -> None:
        while client.recv(65536):
            pass

    with serving(script) as port:
        load = http(port, "/", connections=3, seconds=0.5, timeout_seconds=0.2)
    assert load.errors["timeout"] == load.sent >= 3
    # What timed out took at least that long.
    assert load.latency.count == load.sent
    assert load.latency.p50_us >= 200_000


def test_a_kept_connection_that_was_closed_meanwhile_is_not_an_error() -> None:
    def script(client: socket.socket, number: int) -> None:
        read_request(client)
        client.sendall(OK)
        # The second request has been read, and gets no answer: nobody can say whether it was heeded.
        read_request(client)

    with serving(script) as port:
        load = http(port, "/", connections=1, seconds=SECONDS)
        assert load.completed == load.sent > 2
        assert load.repeated > 0
        assert load.connects == load.repeated + 1
        assert not any(load.errors.values())
        posted = http(port, "/", connections=1, seconds=SECONDS, method="POST", body_bytes=10)
    assert posted.repeated == 0
    assert posted.errors["reset"] > 0


def test_a_request_is_repeated_only_once() -> None:
    def script(client: socket.socket, number: int) -> None:
        read_request(client)
        if number == 0:
            client.sendall(OK)
            read_request(client)

    with serving(script) as port:
        load = http(port, "/", connections=1, seconds=SECONDS)
    assert load.completed == 1
    assert load.repeated == 1
    assert load.errors["reset"] == load.sent - 1


def test_an_idle_connection_that_the_server_closes_is_opened_anew_without_a_repeat() -> None:
    def script(client: socket.socket, number: int) -> None:
        read_request(client)
        client.sendall(OK)
        time.sleep(0.01)

    with serving(script) as port:
        load = http(port, "/", connections=4, seconds=1, rate=20, seed=3)
    assert load.completed == load.sent > 5
    assert load.connects > load.sent / 2
    assert not any(load.errors.values())


def test_a_refusal_before_the_body_was_sent_counts_as_an_answer() -> None:
    def script(client: socket.socket, number: int) -> None:
        client.recv(1000)
        client.sendall(b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        while client.recv(65536):
            pass

    with serving(script) as port:
        load = http(port, "/", connections=1, seconds=SECONDS, method="POST", body_bytes=8_000_000)
    assert load.statuses == {413: load.sent}
    assert load.sent > 0
