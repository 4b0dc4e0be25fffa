"""HTTP and WebSockets by hand, for what a proper client hides: the status of a refused upgrade, a reader that does not
read, a socket that is cut without a word. Everything goes to 127.0.0.1."""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import socket
import struct
from collections.abc import Iterator, Mapping
from types import MappingProxyType

CONTINUED, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
LAST_FRAME, MASKED = 0x80, 0x80
# RFC 9113, section 3.4: the preface of somebody who knows already that the server speaks HTTP/2, and empty SETTINGS.
HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 0x4, 0, 0, 0, 0, 0])
HTTP2_SETTINGS = 0x4


def ask(port: int, path: str, *, timeout_seconds: float) -> tuple[int, bytes]:
    """GET ``path`` over a connection of its own: status and body. Raises OSError or http.client.HTTPException."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_seconds)
    with contextlib.closing(connection):
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()


def answers(port: int, path: str = "/plain", *, timeout_seconds: float = 1.0) -> bool:
    """Whether somebody new is answered with a 200 in that time."""
    try:
        return ask(port, path, timeout_seconds=timeout_seconds)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def speaks_http2(port: int, *, timeout_seconds: float = 2.0) -> bool:
    """Whether HTTP/2 is spoken to whoever begins with it, without TLS (h2c by prior knowledge)."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout_seconds) as connection:
            connection.sendall(HTTP2_PREFACE)
            head = _exactly(connection, 9)
    except (OSError, EOFError):
        return False
    return head[3] == HTTP2_SETTINGS


@contextlib.contextmanager
def deaf_request(port: int, path: str) -> Iterator[socket.socket]:
    """A connection that has asked for ``path`` and whose small buffer nobody empties."""
    with _connected(port, timeout_seconds=5, deaf=True) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        yield connection


class WebSocket:
    """One socket, opened and used by hand. ``status`` is what the request for an upgrade was answered with."""

    def __init__(
        self,
        port: int,
        path: str,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        timeout_seconds: float = 5.0,
        deaf: bool = False,
    ) -> None:
        """Raises OSError, or EOFError where the server hangs up without an answer."""
        self._socket = _connected(port, timeout_seconds=timeout_seconds, deaf=deaf)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Origin: http://127.0.0.1:{port}", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        lines += [f"{name}: {value}" for name, value in headers.items()] + ["", ""]
        try:
            self._socket.sendall("\r\n".join(lines).encode())
            self.status = _status(self._socket)
        except (OSError, EOFError):
            self._socket.close()
            raise

    @property
    def is_open(self) -> bool:
        """Whether the server agreed to the upgrade."""
        return self.status == 101

    def send(self, opcode: int, payload: bytes) -> None:
        self._socket.sendall(frame(opcode, payload))

    def send_some(self, content: bytes) -> int:
        """Send as much of ``content`` as the other side takes within the time-out: the bytes gone, 0 when none."""
        try:
            return self._socket.send(content)
        except (TimeoutError, BlockingIOError):
            return 0

    def receive(self) -> tuple[int, bytes]:
        """The next frame: opcode and payload. Raises OSError (TimeoutError among them) and EOFError."""
        first, second = _exactly(self._socket, 2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", _exactly(self._socket, 2))
        elif length == 127:
            (length,) = struct.unpack(">Q", _exactly(self._socket, 8))
        return first & 0x0F, _exactly(self._socket, length)

    def close_code(self) -> int:
        """Wait for the end, answering pings, and give its code; 0 where the socket was cut, or held, without a word."""
        try:
            while True:
                opcode, payload = self.receive()
                if opcode == CLOSE:
                    return int.from_bytes(payload[:2], "big")
                if opcode == PING:
                    self.send(PONG, payload)
        except (OSError, EOFError):
            return 0

    def patience(self, timeout_seconds: float) -> None:
        self._socket.settimeout(timeout_seconds)

    def shut(self) -> None:
        """End it for both sides at once, also for a thread that waits in ``receive``."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._socket.close()


def frame(opcode: int, payload: bytes) -> bytes:
    """One whole frame as a browser sends it. A mask of zeroes is a mask, and changes nothing."""
    if len(payload) < 126:
        length = struct.pack(">B", MASKED | len(payload))
    elif len(payload) < 65536:
        length = struct.pack(">BH", MASKED | 126, len(payload))
    else:
        length = struct.pack(">BQ", MASKED | 127, len(payload))
    return bytes([LAST_FRAME | opcode]) + length + bytes(4) + payload


def _connected(port: int, *, timeout_seconds: float, deaf: bool) -> socket.socket:
    connection = socket.socket()
    connection.settimeout(timeout_seconds)
    try:
        if deaf:
            # Before the connection is made: its window is agreed upon then.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port))
    except OSError:
        connection.close()
        raise
    return connection


def _status(connection: socket.socket) -> int:
    """Read an answer's head, not a byte more, and give its status; 0 where it is no HTTP."""
    head = b""
    while not head.endswith(b"\r\n\r\n") and len(head) < 16384:
        head += _exactly(connection, 1)
    words = head.split(None, 2)
    return int(words[1]) if len(words) > 1 and words[0].startswith(b"HTTP/") and words[1].isdigit() else 0


def _exactly(connection: socket.socket, count: int) -> bytes:
    """So many bytes. Raises EOFError where the connection ends before."""
    content = bytearray()
    while len(content) < count:
        piece = connection.recv(count - len(content))
        if not piece:
            raise EOFError(f"the connection ended after {len(content)} of {count} bytes")
        content += piece
    return bytes(content)
