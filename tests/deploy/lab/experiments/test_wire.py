from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest

from deploy.lab.experiments import wire
from tests.deploy.lab.experiments.scripted import SWITCHED, read_head, saying, scripted

CLOSED_1012 = bytes([0x88, 2]) + (1012).to_bytes(2, "big")


def opened(port: int) -> contextlib.closing[wire.WebSocket]:
    return contextlib.closing(wire.WebSocket(port, "/echo"))


@pytest.mark.parametrize("line", [b"HTTP/1.1 404 Not Found", b"HTTP/1.0 403", b"HTTP/1.1 101 Switching Protocols"])
def test_a_request_for_an_upgrade_gives_the_status(line: bytes) -> None:
    with scripted(saying(line + b"\r\nServer: this\r\n\r\n")) as port, opened(port) as answered:
        assert answered.status == int(line.split()[1])
        assert answered.is_open == (answered.status == 101)


def test_what_is_no_http_has_no_status() -> None:
    with scripted(saying(b"+OK ready\r\n\r\n")) as port, opened(port) as answered:
        assert answered.status == 0


def test_a_server_that_hangs_up_is_no_answer() -> None:
    with scripted(saying()) as port, pytest.raises(EOFError):
        wire.WebSocket(port, "/echo")


def test_headers_go_with_the_request() -> None:
    heads = []

    def script(connection: socket.socket) -> None:
        heads.append(read_head(connection))
        connection.sendall(SWITCHED)

    with scripted(script) as port:
        wire.WebSocket(port, "/ws/", headers={"Cookie": "sessionid=abc"}).close()
    assert b"GET /ws/ HTTP/1.1\r\n" in heads[0]
    assert b"\r\nCookie: sessionid=abc\r\n" in heads[0]


@pytest.mark.parametrize("length", [0, 5, 125, 126, 65535, 65536, 100_000])
def test_frames_of_any_length_come_as_they_were_sent(length: int) -> None:
    payload = bytes(index % 251 for index in range(length))
    sent = wire.frame(wire.BINARY, payload)
    # A server's frame has no mask: the four bytes of it go, and the bit that tells of it.
    unmasked = sent.replace(bytes(4) + payload, payload, 1) if payload else sent[:-4]
    unmasked = unmasked[:1] + bytes([unmasked[1] & 0x7F]) + unmasked[2:]
    with scripted(saying(SWITCHED, unmasked)) as port, opened(port) as socket:
        assert socket.receive() == (wire.BINARY, payload)


def test_the_close_code_is_found_behind_what_came_before_it() -> None:
    text, ping = b"\x81\x02hi", b"\x89\x01p"
    with scripted(saying(SWITCHED, text, ping, CLOSED_1012)) as port, opened(port) as socket:
        assert socket.close_code() == 1012


def test_a_socket_that_is_cut_has_no_close_code() -> None:
    with scripted(saying(SWITCHED, b"\x81\x02hi")) as port, opened(port) as socket:
        assert socket.close_code() == 0


def test_a_ping_is_answered() -> None:
    answers = []

    def script(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall(SWITCHED + b"\x89\x01p")
        answers.append(connection.recv(100))
        connection.sendall(CLOSED_1012)

    with scripted(script) as port, opened(port) as asked:
        asked.close_code()
    assert answers == [wire.frame(wire.PONG, b"p")]


def test_a_deaf_reader_fills_its_own_buffer_and_no_more() -> None:
    took = []

    def script(connection: socket.socket) -> None:
        read_head(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        connection.settimeout(0.3)
        with contextlib.suppress(TimeoutError):
            while True:
                took.append(connection.send(bytes(1024)))
        done.set()

    done = threading.Event()
    with scripted(script) as port, wire.deaf_request(port, "/large"):
        assert done.wait(5)
    assert sum(took) < 64 * 1024


@pytest.mark.parametrize(("answer", "expected"), [(b"200 OK", True), (b"503 Busy", False)])
def test_answers_means_a_200(answer: bytes, expected: bool) -> None:
    with scripted(saying(b"HTTP/1.1 " + answer + b"\r\nContent-Length: 0\r\n\r\n")) as port:
        assert wire.answers(port) is expected


def test_a_silent_server_does_not_answer_in_time() -> None:
    began = time.monotonic()
    with scripted(lambda connection: time.sleep(0.5)) as port:
        assert not wire.answers(port, timeout_seconds=0.1)
        assert time.monotonic() - began < 0.4


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]), True), (b"HTTP/1.1 400 Bad Request\r\n\r\n", False), (b"", False)],
)
def test_http2_is_told_by_its_first_frame(answer: bytes, expected: bool) -> None:
    with scripted(saying(answer)) as port:
        assert wire.speaks_http2(port) is expected
