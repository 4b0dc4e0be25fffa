"""How a supervisor ends what it started, tried on processes that misbehave."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.plan import Plan, Start
from deploy.supervisor import Supervisor
from deploy.topology import load

pytestmark = pytest.mark.live

# Leaves a child behind, and neither of the two listens to SIGTERM. The data folder gets a file once both are there.
STUBBORN = """
import os, pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    pathlib.Path("PIDS").write_text(f"{os.getpid()} {child}")
time.sleep(600)
"""
# Says more than any pipe holds.
TALKATIVE = "import time; print('word\\n' * 100_000, flush=True); open('PIDS', 'w').write('said'); time.sleep(600)"


def plan_of(data: Path, program: str, *, ready: str = "", port: int | None = None) -> Plan:
    (data / "run").mkdir()
    command = (sys.executable, "-c", program.replace("PIDS", str(data / "pids")))
    start = Start("odd", command, dict(os.environ), port, ready, signal.SIGTERM, 0.5)
    return Plan(load("split"), 0, data, (start,), ())


def stop_once_there(file: Path, numbers: Sequence[signal.Signals] = (signal.SIGTERM,)) -> None:
    """Signals this very process, whose handlers are the supervisor's while it runs."""

    def wait() -> None:
        deadline = time.monotonic() + 20
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        for number in numbers:
            os.kill(os.getpid(), number)

    threading.Thread(target=wait, daemon=True).start()


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_process_that_ignores_sigterm_is_killed_with_its_children(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stop_once_there(tmp_path / "pids")
    assert Supervisor(plan_of(tmp_path, STUBBORN)).run() == 0
    time.sleep(0.1)
    assert all(gone(int(pid)) for pid in (tmp_path / "pids").read_text().split())
    said = capsys.readouterr().out
    assert "odd did not stop in 0.5 s and is killed" in said
    assert "everything has stopped" in said


def test_a_site_that_is_still_starting_can_be_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop_once_there(tmp_path / "pids")
    assert Supervisor(plan_of(tmp_path, STUBBORN, ready="/readyz", port=1)).run() == 0
    assert all(gone(int(pid)) for pid in (tmp_path / "pids").read_text().split())
    assert "ready:" not in capsys.readouterr().out


def test_a_process_that_says_a_lot_is_not_held_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop_once_there(tmp_path / "pids")
    assert Supervisor(plan_of(tmp_path, TALKATIVE)).run() == 0
    assert (tmp_path / "pids").exists()
    assert capsys.readouterr().out.count("word") == 100_000


def test_the_state_file_that_cannot_be_written_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = plan_of(tmp_path, STUBBORN)
    (plan.run / "split.json").mkdir()
    stop_once_there(tmp_path / "pids")
    assert Supervisor(plan).run() == 0
    assert "split.json was not written: Is a directory" in capsys.readouterr().out
