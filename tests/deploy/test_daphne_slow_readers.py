"""Who asks our Daphne for a large answer and does not read it costs neither its memory nor the others' time."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest

from deploy.lab.experiments import wire
from tests.deploy.daphnes import serving

pytestmark = pytest.mark.live

MEBIBYTE = 1024 * 1024
READERS, KIB = 10, 20 * 1024
# Awaits nothing but what it sends, so that only the server's `send` can let the others have their turn.
ENDLESS = """
async def application(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    endless = scope["path"] == "/"
    while endless:
        await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
"""


def test_answers_that_nobody_reads_are_not_kept_in_memory(tmp_path: Path) -> None:
    with serving(tmp_path) as server, contextlib.ExitStack() as cleanup:
        before = server.memory
        readers = [
            cleanup.enter_context(wire.deaf_request(server.port, f"/large?kib={KIB}")) for _reader in range(READERS)
        ]
        time.sleep(2)
        assert wire.answers(server.port, timeout_seconds=2)
        grown = server.memory - before
        assert grown < 20 * MEBIBYTE, f"{grown / MEBIBYTE:.0f} MiB"
        # Whoever reads in the end gets all of it, over a connection that serves again.
        with readers[0].makefile("rb") as answer:
            while answer.readline().strip():
                pass
            assert len(answer.read(KIB * 1024)) == KIB * 1024
            readers[0].sendall(b"GET /large?kib=256 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            while answer.readline().strip():
                pass
            assert len(answer.read(256 * 1024)) == 256 * 1024


def test_an_answer_without_an_end_does_not_hold_up_the_others_when_its_reader_is_gone(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text(ENDLESS, encoding="utf-8")
    with serving(tmp_path, "endless:application") as server:
        with wire.deaf_request(server.port, "/"):
            time.sleep(0.3)
            assert wire.answers(server.port)
        time.sleep(0.3)
        assert wire.answers(server.port)
