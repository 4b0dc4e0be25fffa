"""A browser that asks and does not read costs its own socket, and neither our memory nor anybody else's patience."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import socket
import struct
import time
from pathlib import Path

import pytest

from tests.live.daphnes import Daphne, daphnes, manage
from tests.live.talking import Talker

pytestmark = [pytest.mark.live, pytest.mark.asyncio]

LONG_TALK = (
    "from chat.live.publish import append\n"
    "for _ in range(400): append('room:1', 'message', {'text': '\\N{WAVE DASH}' * 2000})"
)
MEBIBYTE = 1024 * 1024


class Deaf:
    """Speaks the protocol over a socket of its own, and never reads an answer."""

    def __init__(self, server: Daphne) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.settimeout(2)
        self._socket.connect(("127.0.0.1", server.port))
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET /ws/ HTTP/1.1", f"Host: localhost:{server.port}", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", ""]
        self._socket.sendall("\r\n".join(lines).encode())
        assert self._socket.recv(200).startswith(b"HTTP/1.1 101")

    def say(self, **frame: object) -> None:
        content = json.dumps(frame).encode()
        head = bytes([0x80 | len(content)]) if len(content) < 126 else bytes([0xFE]) + struct.pack(">H", len(content))
        # A mask of zeroes changes nothing and is a mask.
        self._socket.sendall(b"\x81" + head + bytes(4) + content)

    def pour(self, count: int) -> None:
        """Raises OSError where nobody takes it for two seconds."""
        for _ in range(count):
            self.say(t="ping", id="x" * 90, more="x" * 60_000)

    def close(self) -> None:
        self._socket.close()


def memory(server: Daphne) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    return 1024 * int(status.split("VmRSS:")[1].split()[0])


async def test_who_asks_for_everything_and_reads_nothing_fills_no_memory(tmp_path: Path) -> None:
    with daphnes(tmp_path) as [server]:
        environment = {"DATA_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/ambos.sqlite3"}
        manage(environment, "shell", "--verbosity=0", "-c", LONG_TALK)
        deaf = Deaf(server)
        deaf.say(t="hello", v=1)
        deaf.say(t="sub", stream="room:1")
        before = memory(server)
        for _ in range(60):
            deaf.say(t="sync", stream="room:1", seq=0)
            await asyncio.sleep(0.06)
        await asyncio.sleep(3)
        grown = memory(server) - before
        async with Talker(server.url) as reader:
            began = time.monotonic()
            manage(environment, "shell", "--verbosity=0", "-c", "from chat.live.publish import append; "
                   "append('room:1', 'message', {'text': 'Still here'})")  # fmt: skip
            await reader.until(1, 20)
            assert time.monotonic() - began < 20
        deaf.close()
    assert grown < 60 * MEBIBYTE, f"{grown / MEBIBYTE:.0f} MiB"


async def test_who_sends_faster_than_is_read_is_held_up(tmp_path: Path) -> None:
    with daphnes(tmp_path) as [server]:
        manage(server.environment, "shell", "--verbosity=0", "-c", LONG_TALK)
        with contextlib.closing(Deaf(server)) as deaf:
            deaf.say(t="hello", v=1)
            deaf.say(t="sub", stream="room:1")
            # More than the kernel keeps for somebody who does not read.
            for _ in range(20):
                deaf.say(t="sync", stream="room:1", seq=0)
            await asyncio.sleep(2)
            before = memory(server)
            with pytest.raises(OSError, match="timed out"):
                deaf.pour(4000)
            grown = memory(server) - before
    assert grown < 60 * MEBIBYTE, f"{grown / MEBIBYTE:.0f} MiB"
