"""One set of vectors, two languages."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.chat.follower import Place, follow

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


@pytest.mark.node
def test_the_browser_does_the_same() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("not run: node is not installed (package nodejs)")
    files = sorted(str(path) for path in HERE.parent.rglob("*.test.mjs"))
    done = subprocess.run([node, "--test", *files], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
