"""The bench runs: everything starts, talks, is counted and told of. How fast it is, is no matter here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.lab.chat import measuring
from deploy.lab.chat.__main__ import main
from deploy.lab.chat.measuring import Scale
from tests.programs import find_program, skipped_when_missing

pytestmark = [pytest.mark.lab, pytest.mark.live]


@pytest.fixture
def programs() -> None:
    with skipped_when_missing():
        find_program("cc", "build-essential")
        find_program("redis-server", "redis-server")


def test_a_quick_look_at_the_fan_out(
    programs: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    status = main(["--quick", "--database", "sqlite", "--only", "fan-out", "--data", str(tmp_path)])
    told = capsys.readouterr()
    assert status == 0, told.err
    for subject in ("ambos, sqlite", "tutorial, memory", "tutorial, Redis", "websockets"):
        assert subject in told.out
    [kept] = (tmp_path / "chat-bench").glob("*.json")
    content = json.loads(kept.read_text(encoding="utf-8"))
    assert content["failures"] == []
    assert len(content["cells"]) == 5
    assert [cell["flaws"] for cell in content["cells"] if cell["subject"].startswith(("ambos", "websockets"))] == [
        []
    ] * 3
    assert all(cell["metrics"]["deliveries_per_second"] > 20 for cell in content["cells"])


def test_the_full_run_is_what_the_page_says() -> None:
    full: Scale = measuring.FULL
    assert (full.rounds, full.fan_sockets, full.fan_speakers, full.send_speakers) == (3, (100, 500), 50, 64)
    assert (full.idle_sockets, full.many_sockets, full.many_seconds) == (1000, 5000, 60)
