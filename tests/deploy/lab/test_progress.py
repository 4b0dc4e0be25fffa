"""Whoever waits sees what is measured and how long it still takes."""

import io

import pytest

from deploy.lab.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("deploy.lab.progress.time.monotonic", lambda: now[0])
    return now


def test_without_a_terminal_it_says_a_line_now_and_then(clock: list[float]) -> None:
    said = io.StringIO()
    bar = Progress(600, said)
    for _step in range(60):
        bar.now("waits: uvicorn, bare-asgi")
        clock[0] += 10
        bar.over(10)
    bar.close()

    lines = said.getvalue().splitlines()
    assert len(lines) == 19
    assert lines[0] == "  5 %, about 10 min left, now waits: uvicorn, bare-asgi"
    assert "\r" not in said.getvalue()


def test_on_a_terminal_a_bar_names_what_is_measured_and_the_time_left() -> None:
    terminal = Terminal()
    bar = Progress(100, terminal)
    bar.now("waits: uvicorn, bare-asgi")
    bar.over(50)
    bar.say("thrown away: something")
    bar.close()

    assert "waits: uvicorn, bare-asgi" in terminal.getvalue()
    assert " left]" in terminal.getvalue()
    assert "thrown away: something\n" in terminal.getvalue()


def test_what_takes_longer_than_foretold_stretches_the_time_left(clock: list[float]) -> None:
    bar = Progress(100, io.StringIO())
    assert bar.seconds_left() == 100

    clock[0] += 50
    bar.over(25)

    assert bar.seconds_left() == 150


def test_more_than_foretold_never_exceeds_the_whole() -> None:
    bar = Progress(10, Terminal())
    bar.over(8)
    bar.over(8)

    assert bar.seconds_left() == 0
    bar.close()
