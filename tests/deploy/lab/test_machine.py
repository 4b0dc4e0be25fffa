"""What a run was measured on."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.lab import machine, processes


def test_the_machine_is_described() -> None:
    told = machine.describe()

    assert told["processor"]
    assert told["cores"] >= 1
    assert told["memory_mib"] > 100
    assert told["kernel"]
    assert (told["server_core"] is None) == (told["cores"] == 1)
    assert told["server_core"] is None or told["server_core"] != told["generator_core"]


def test_whoever_else_is_busy_is_named_and_we_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spinner = tmp_path / "spinner"
    spinner.symlink_to(sys.executable)
    with subprocess.Popen([spinner, "-S", "-c", "while True: pass"]) as busy:
        try:
            time.sleep(0.2)
            assert "spinner" not in " ".join(machine.busy_processes())
            monkeypatch.setattr(processes, "tree", lambda roots: [])
            everybody = machine.busy_processes()
        finally:
            busy.kill()

    (told,) = [one for one in everybody if one.startswith("spinner ")]
    assert 5 < int(told.removeprefix("spinner ").removesuffix(" %")) <= 100


def test_the_versions_of_what_takes_part_are_told() -> None:
    told = machine.versions()

    assert told["Python"].startswith("CPython 3.")
    assert {"Django", "gunicorn", "daphne"} <= set(told)


def test_a_machine_that_says_little_is_described_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "PROC", tmp_path)

    assert machine.describe()["memory_mib"] is None
