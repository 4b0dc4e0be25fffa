from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.compare import reading, shelf
from deploy.compare.runs import Head, Run
from tests.deploy.compare.made_up import cell, write, write_run


def take(key: str = "") -> Run:
    run, _heads = shelf.take(key)
    assert run is not None
    return run


def test_without_any_run_there_is_none() -> None:
    assert shelf.take("own/example") == (None, {})


def test_full_comes_before_quick_and_shipped_before_own(own_runs: Path, shipped_runs: Path) -> None:
    write_run(own_runs, "mine-quick")
    write_run(own_runs, "mine-full", profile="full")
    write_run(shipped_runs, "theirs-quick")
    write_run(shipped_runs, "theirs-full", profile="full")
    write_run(shipped_runs, "theirs-void", profile="full", void="it was")
    expected = ["shipped/theirs-full", "own/mine-full", "shipped/theirs-quick", "own/mine-quick", "shipped/theirs-void"]
    assert list(shelf.heads()) == expected


def test_of_two_alike_the_newer_one_is_shown(own_runs: Path) -> None:
    write_run(own_runs, "a", started_at="2026-11-21T10:00:00+00:00")
    write_run(own_runs, "b", started_at="2026-11-20T10:00:00+00:00")
    assert take().head.name == "a"


@pytest.mark.parametrize(
    "key", ["../own/example", "own/../example", "/etc", "own/example/..", "own/%2e%2e", "own/\x00"]
)
def test_a_key_that_is_not_listed_opens_nothing(own_runs: Path, key: str) -> None:
    write_run(own_runs)
    write_run(own_runs.parent, "elsewhere")
    assert take(key).head.key == "own/example"


def test_a_run_is_read_once_and_again_when_a_file_changed(own_runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_run(own_runs)
    count = []

    def counted(head: Head) -> Run:
        count.append(head)
        return reading.read_run(head)

    monkeypatch.setattr(shelf, "read_run", counted)
    assert take() is take()
    assert len(count) == 1
    write(folder, "summary.json", {"cells": [cell("waits", "uvicorn", "bare-asgi", {}, p50_ms=1)]})
    os.utime(folder / "summary.json", ns=(1, 1))
    assert [entry.experiment for entry in take().cells] == ["waits"]
    assert len(count) == 2


@pytest.mark.parametrize("name", ["../run.json", "../../../../etc/passwd", "/etc/passwd", "nothing.txt", "", "\x00"])
def test_only_listed_configurations_are_opened(own_runs: Path, name: str) -> None:
    write_run(own_runs)
    assert shelf.read_configuration(take(), name) is None
    assert "--port 8000" in (shelf.read_configuration(take(), "uvicorn-django-asgi.txt") or "")


def test_what_was_deleted_since_is_not_there(own_runs: Path) -> None:
    folder = write_run(own_runs)
    run = take()
    (folder / "configurations" / "uvicorn-django-asgi.txt").unlink()
    assert shelf.read_configuration(run, "uvicorn-django-asgi.txt") is None
