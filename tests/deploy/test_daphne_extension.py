"""What our Daphne offers beside ASGI: to write one frame to many sockets, and to hear of the end in time."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from deploy.flow import text_frame
from deploy.lab.experiments import wire
from tests.deploy.daphnes import serving

pytestmark = pytest.mark.live

# Each socket hears whatever any of them says, by the very same bytes; /leaving says what the server says of itself.
PUSHING = """
import asyncio, json

class Frame:
    def __init__(self, text):
        self.text, self.wire = text, None

sockets = []

async def application(scope, receive, send):
    server = scope["extensions"]["ambos"]
    if scope["type"] == "http":
        await asyncio.sleep(1.0 if scope["path"] == "/leaving" else 0)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(server["is_leaving"]()).encode()})
        return
    await receive()
    await send({"type": "websocket.accept"})
    server["when_leaving"](lambda ms: server["push"](Frame(f"drain {ms}")))
    sockets.append(server["push"])
    while (message := await receive())["type"] == "websocket.receive":
        frame = Frame(message["text"])
        written = [push(frame) for push in sockets]
        await send({"type": "websocket.send", "text": f"{sum(written)} of {len(written)}"})
"""


@pytest.fixture
def pushing(tmp_path: Path) -> str:
    (tmp_path / "pushing.py").write_text(PUSHING, encoding="utf-8")
    return "pushing:application"


def hear(socket: wire.WebSocket) -> str:
    opcode, payload = socket.receive()
    assert opcode == wire.TEXT
    return payload.decode()


@pytest.mark.parametrize("text", ["short", "ñ" * 200, "x" * 70_000])
def test_one_frame_reaches_many_sockets(tmp_path: Path, pushing: str, text: str) -> None:
    with serving(tmp_path, pushing) as server, contextlib.ExitStack() as cleanup:
        sockets = []
        for number in range(1, 4):
            sockets.append(wire.WebSocket(server.port, "/", timeout_seconds=15))
            cleanup.callback(sockets[-1].close)
            sockets[-1].send(wire.TEXT, b"I have come")
            assert [hear(sockets[-1]) for _ in range(2)] == ["I have come", f"{number} of {number}"]
        sockets[2].send(wire.TEXT, text.encode())
        for number, socket in enumerate(sockets):
            # Those who came before hear of each that came after them.
            assert [hear(socket) for _ in range(2 - number)] == ["I have come"] * (2 - number)
            assert hear(socket) == text


def test_who_is_told_to_stop_tells_the_application_first(tmp_path: Path, pushing: str) -> None:
    with serving(tmp_path, pushing) as server:
        socket = wire.WebSocket(server.port, "/", timeout_seconds=15)
        with contextlib.closing(socket):
            server.tell()
            assert hear(socket) == "drain 5000"
            opcode, payload = socket.receive()
            assert (opcode, int.from_bytes(payload[:2], "big")) == (wire.CLOSE, 4012)
        assert server.ended_within(5)


@pytest.mark.parametrize(("size", "head"), [(5, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)])
def test_a_frame_has_the_head_that_its_size_wants(size: int, head: int) -> None:
    frame = text_frame("x" * size)
    assert len(frame) == head + size
    assert frame[0] == 0x81
    assert not frame[1] & 0x80, "what a server sends is not masked"
