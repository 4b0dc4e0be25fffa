"""Servers that say what a test wants, byte by byte, one thread a connection."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

# Speaks with one client; its number counts connections from 0. The connection is closed when it returns.
Script = Callable[[socket.socket, int], None]


@contextlib.contextmanager
def serving(script: Script) -> Iterator[int]:
    """Yields the port. A script may not outlive the block: its connection is shut down under it."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    clients: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def speak(client: socket.socket, number: int) -> None:
        # A client that leaves, or the end of the block, ends the script wherever it is.
        with client, contextlib.suppress(OSError):
            script(client, number)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                thread = threading.Thread(target=speak, args=(client, len(clients)), daemon=True)
                clients.append(client)
                threads.append(thread)
                thread.start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(5)
        for client in clients:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(5)


def read_request(client: socket.socket) -> bytes:
    """A whole request, its body included; nothing at the end of the connection."""
    request = b""
    while b"\r\n\r\n" not in request:
        if not (piece := client.recv(65536)):
            return b""
        request += piece
    head, _empty, body = request.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        if not (piece := client.recv(65536)):
            return b""
        body += piece
    return head + b"\r\n\r\n" + body


def answering(answer: bytes, *, piece_bytes: int = 65536) -> Script:
    """Answers every request with the same bytes, in pieces."""

    def script(client: socket.socket, number: int) -> None:
        while read_request(client):
            for at in range(0, len(answer), piece_bytes):
                client.sendall(answer[at : at + piece_bytes])

    return script


def answering_once(answer: bytes) -> Script:
    """Answers one request and closes."""

    def script(client: socket.socket, number: int) -> None:
        read_request(client)
        client.sendall(answer)

    return script


def reset(client: socket.socket) -> None:
    """Close so that the other side gets an RST."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
