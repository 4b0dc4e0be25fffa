"""One set of vectors, two languages."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from chat.live.protocol import CLIENT_FRAMES, parse
from tests.chat.follower import Place, follow
from tests.programs import find_program, skipped_when_missing

HERE = Path(__file__).parent
VECTORS: list[dict[str, Any]] = json.loads((HERE / "vectors" / "follow.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["says"])
def test_a_follower_does_what_the_vector_says(vector: dict[str, Any]) -> None:
    place, shown, asks = Place(**vector["start"]), [], []
    for frame in vector["frames"]:
        place, events, ask = follow(place, frame)
        shown += [event["seq"] for event in events]
        asks.append(ask)
    assert (shown, asks) == (vector["shown"], vector["asks"])
    assert place == Place(**vector["end"])


@pytest.fixture
def node() -> str:
    with skipped_when_missing():
        return find_program("node", "nodejs")


@pytest.mark.node
def test_the_browser_does_the_same(node: str) -> None:
    files = sorted(str(path) for path in HERE.parent.rglob("*.test.mjs"))
    done = subprocess.run([node, "--test", *files], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.node
def test_the_server_reads_whatever_the_browser_sends(node: str) -> None:
    done = subprocess.run([node, HERE / "talking.mjs"], capture_output=True, text=True, timeout=60, check=False)
    sent = [parse(line).type for line in done.stdout.splitlines()]
    assert set(sent) == set(CLIENT_FRAMES), done.stderr
