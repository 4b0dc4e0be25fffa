"""What every peer with WebSockets does over them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from deploy.lab.conformance.wire import TIMEOUT_SECONDS, expect

# No empty one: Daphne sends none.
MESSAGES: tuple[str | bytes, ...] = ("hello", "ñ € 🜁", b"\x00\xff bytes", "x" * 100_000)
REFUSED = (403, 404)


def echo(port: int) -> None:
    with _open(port, "/echo") as socket:
        for message in MESSAGES:
            socket.send(message)
            _hears(socket, message, "/echo")
    unknown_path(port)


def fan(port: int) -> None:
    with ExitStack() as stack:
        sockets = [stack.enter_context(_open(port, "/fan")) for _ in range(3)]
        # A socket that has heard its own voice has joined.
        for number, socket in enumerate(sockets, start=1):
            socket.send(f"number {number}")
            for member in sockets[:number]:
                _hears(member, f"number {number}", "/fan", forget="number")
        sockets.pop().close()
        sockets[0].send(b"who is left?")
        for member in sockets:
            _hears(member, b"who is left?", "/fan", forget="number")


def unknown_path(port: int) -> None:
    try:
        with _open(port, "/nothing-here"):
            expect(False, "a WebSocket to an unknown path is accepted")
    except InvalidStatus as refused:
        status = refused.response.status_code
        expect(status in REFUSED, f"a WebSocket to an unknown path gives {status}")


def _open(port: int, path: str) -> ClientConnection:
    return connect(
        f"ws://127.0.0.1:{port}{path}",
        open_timeout=TIMEOUT_SECONDS,
        close_timeout=1,
        compression=None,
        proxy=None,
    )


def _hears(socket: ClientConnection, wanted: str | bytes, path: str, forget: str = "") -> None:
    """``wanted`` is the next message, after such as begin with ``forget``: the greetings of those who came later."""
    heard = socket.recv(timeout=TIMEOUT_SECONDS)
    while heard != wanted and forget and isinstance(heard, str) and heard.startswith(forget):
        heard = socket.recv(timeout=TIMEOUT_SECONDS)
    expect(heard == wanted, f"{path} sends back {heard[:40]!r}, not {wanted[:40]!r}")


CHECKS: dict[str, Callable[[int], None]] = {"echo": echo, "fan": fan}
