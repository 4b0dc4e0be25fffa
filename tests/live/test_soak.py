"""Half a minute of the soak: that it runs, finds nothing, and leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import find_program, skipped_when_missing
from tests.soak.memory import Reading, growth, longest_life, plot

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def everything_there() -> None:
    with skipped_when_missing():
        for program, package in (("nginx", "nginx"), ("redis-server", "redis-server")):
            find_program(program, package)


@pytest.mark.live
@pytest.mark.redis
@pytest.mark.postgres
@pytest.mark.nginx
def test_half_a_minute_of_everything_loses_nothing(everything_there: None) -> None:
    command = [sys.executable, "-m", "tests.soak", "--minutes", "0.5", "--sockets", "60"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "nothing was lost, and nothing grows" in done.stdout


def life(pid: int, begin: float, end: float, mib: float, a_minute: float) -> list[Reading]:
    return [Reading(at, pid, mib + a_minute * (at - begin) / 60 + at % 2) for at in range(int(begin), int(end))]


def test_the_longest_life_is_judged_and_its_warm_up_is_not() -> None:
    readings = [*life(1, 0, 100, 90, 50), *life(2, 100, 200, 80, 40), *life(2, 200, 500, 150, 0.2)]
    assert {reading.pid for reading in longest_life(readings)} == {2}
    grown = growth(readings)
    assert 200 < grown.seconds < 300
    assert grown.mib_a_minute == pytest.approx(0.2, abs=0.1)
    assert not grown.is_leak


def test_what_grows_slowly_is_a_leak_and_what_jumps_in_a_short_time_is_none() -> None:
    assert growth(life(1, 0, 600, 90, 2)).is_leak
    assert not growth(life(1, 0, 30, 90, 30)).is_leak
    assert growth(life(1, 0, 30, 90, 300)).is_leak
    assert not growth([]).is_leak


def test_the_plot_shows_growth_and_where_a_process_took_over() -> None:
    most, line = plot([*life(1, 0, 100, 50, 60), *life(2, 100, 200, 20, 0)], width=20)
    assert "150 MiB" in most
    assert len(line) == 20
    assert line.index("|") == 10
    assert line[0] < line[9] == "█"
