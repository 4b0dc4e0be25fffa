"""WebSockets under load, against the library's server and one that breaks every rule."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from deploy.errors import DeployError
from deploy.lab.generator import ws_echo, ws_fan
from tests.deploy.lab.generator.scripted import OK, answering, answering_once, read_request, serving

# The answer to the key of RFC 6455's own example, which is the generator's key.
UPGRADED = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


@contextlib.contextmanager
def sockets(handler: Callable[[ServerConnection], None]) -> Iterator[int]:
    """The library's server on a port of its own."""
    with serve(handler, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.socket.getsockname()[1]
        server.shutdown()
        thread.join()


def echo(connection: ServerConnection) -> None:
    with contextlib.suppress(ConnectionClosed):
        for message in connection:
            connection.send(message)


class Room:
    """Sends to everybody what one says, but for every nth message."""

    def __init__(self, *, loses: int = 0, repeats: bool = False) -> None:
        self._members: set[ServerConnection] = set()
        self._lock = threading.Lock()
        self._loses = loses
        self._repeats = repeats
        self._said = 0

    def __call__(self, connection: ServerConnection) -> None:
        with self._lock:
            self._members.add(connection)
        with contextlib.suppress(ConnectionClosed):
            for message in connection:
                with self._lock:
                    self._said += 1
                    if self._loses and self._said % self._loses == 0:
                        continue
                    for member in self._members:
                        for _time in range(2 if self._repeats else 1):
                            member.send(message)
        with self._lock:
            self._members.discard(connection)


@pytest.mark.parametrize("payload_bytes", [1, 125, 126, 65535, 65536])
def test_messages_of_every_length_come_back(payload_bytes: int) -> None:
    with sockets(echo) as port:
        load = ws_echo(port, "/echo", connections=3, seconds=0.3, payload_bytes=payload_bytes)
    assert load.completed == load.sent == load.latency.count > 10
    assert not any(load.errors.values())
    assert load.messages_per_second == pytest.approx(load.completed / load.seconds, rel=0.1)


def test_messages_are_due_at_their_own_times() -> None:
    with sockets(echo) as port:
        load = ws_echo(port, "/echo", connections=4, seconds=1, rate=100, warm_up_seconds=0.2)
    assert load.completed == load.sent == load.lag.count
    assert 50 < load.sent < 150
    assert load.answered_in_all > load.sent


def test_pings_are_answered_while_messages_pass() -> None:
    answered: list[bool] = []

    def script(connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            for message in connection:
                pong = connection.ping()
                connection.send(message)
                answered.append(pong.wait(2))

    with sockets(script) as port:
        load = ws_echo(port, "/", connections=1, seconds=0.2)
    assert load.completed == load.sent > 1
    assert all(answered)


def test_a_message_in_several_frames_is_one_message() -> None:
    def script(connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            for message in connection:
                assert isinstance(message, str)
                connection.send([message[:5], message[5:9], message[9:]])

    with sockets(script) as port:
        load = ws_echo(port, "/", connections=1, seconds=0.2)
    assert load.completed == load.sent > 1


def test_another_message_than_was_sent_is_malformed() -> None:
    def script(connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            for message in connection:
                connection.send(str(message).upper() + "!")

    with sockets(script) as port:
        load = ws_echo(port, "/", connections=1, seconds=0.2)
    assert load.errors["malformed"] == load.sent > 0


def test_a_socket_that_is_closed_is_opened_anew() -> None:
    def script(connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            connection.send(connection.recv())
            connection.recv()

    with sockets(script) as port:
        load = ws_echo(port, "/", connections=1, seconds=0.3)
    assert load.completed > 1
    assert load.errors["reset"] > 1
    assert load.sent == load.completed + load.errors["reset"]


@pytest.mark.parametrize("answer", [OK, UPGRADED.replace(b"s3p", b"xxx"), b"HTTP/1.1 403 Forbidden\r\n\r\n"])
def test_where_no_socket_opens_one_line_says_so(answer: bytes) -> None:
    with serving(answering_once(answer)) as port:
        for call in (
            lambda: ws_echo(port, "/no", connections=2, seconds=0.1),
            lambda: ws_fan(port, "/no", sockets=2, seconds=0.1, rate=None),
        ):
            with pytest.raises(DeployError, match=rf"no WebSocket was opened on port {port}, path /no \(status \d+\)"):
                call()


@pytest.mark.parametrize(
    "frame",
    [
        b"\xf1\x00",  # reserved bits
        b"\x83\x00",  # an unknown kind
        b"\x81\x84abcdtext",  # masked, which only clients do
        b"\x09\x00",  # a ping in pieces
        b"\x89\x7e\x01\x00" + b"x" * 256,  # a ping that is too long
        b"\x81\x7f\x7f" + b"\xff" * 7,  # longer than all memory
        b"\x81\x05hello",  # nobody asked
    ],
)
def test_frames_that_no_server_may_send_are_malformed(frame: bytes) -> None:
    def script(client: socket.socket, number: int) -> None:
        read_request(client)
        client.sendall(UPGRADED)
        client.recv(65536)
        client.sendall(frame)
        client.recv(65536)

    with serving(script) as port:
        load = ws_echo(port, "/", connections=1, seconds=0.1)
    assert load.errors["malformed"] == load.sent > 0


def test_a_handshake_and_a_frame_in_single_bytes_are_understood() -> None:
    def script(client: socket.socket, number: int) -> None:
        read_request(client)
        for byte in UPGRADED:
            client.sendall(bytes([byte]))
        while frame := client.recv(65536):
            payload = bytes(letter ^ frame[2 + at % 4] for at, letter in enumerate(frame[6:]))
            for byte in b"\x81" + bytes([len(payload)]) + payload:
                client.sendall(bytes([byte]))

    with serving(script) as port:
        load = ws_echo(port, "/", connections=2, seconds=0.2, payload_bytes=20)
    assert load.completed == load.sent > 1


@pytest.mark.parametrize("rate", [None, 50.0], ids=["closed", "open"])
def test_what_one_socket_says_is_expected_on_all(rate: float | None) -> None:
    with sockets(Room()) as port:
        load = ws_fan(port, "/fan", sockets=10, seconds=0.5, rate=rate, senders=2, warm_up_seconds=0.1)
    assert load.expected == load.sent * 10
    assert load.deliveries == load.expected == load.latency.count > 50
    assert load.delivered_in_all > load.deliveries
    assert not any(load.errors.values())


def test_messages_that_are_lost_are_missing_from_the_deliveries() -> None:
    with sockets(Room(loses=4)) as port:
        opened = ws_fan(port, "/fan", sockets=5, seconds=0.5, rate=80, timeout_seconds=0.5)
    with sockets(Room(loses=4)) as port:
        closed = ws_fan(port, "/fan", sockets=5, seconds=0.5, rate=None, timeout_seconds=0.1)
    for load in (opened, closed):
        assert load.expected == load.sent * 5
        assert load.deliveries == (load.sent - load.sent // 4) * 5
        assert load.sent >= 4


def test_messages_that_come_twice_are_malformed() -> None:
    with sockets(Room(repeats=True)) as port:
        load = ws_fan(port, "/fan", sockets=2, seconds=0.3, rate=50)
    assert load.errors["malformed"] > 0
    assert load.deliveries == load.expected


def test_a_message_to_everybody_has_room_for_its_number() -> None:
    with serving(answering(OK)) as port, pytest.raises(DeployError, match="16 bytes or more"):
        ws_fan(port, "/fan", sockets=2, seconds=0.1, rate=None, payload_bytes=15)
