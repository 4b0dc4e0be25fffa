"""``python -m deploy``: what can go wrong around any of its words is one clear line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def deploy(*words: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *options, "-m", "deploy", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_topologies_are_told_before_anything_is_installed() -> None:
    told = deploy("list", options=("-S",))

    assert told.returncode == 0
    assert "split_uvicorn" in told.stdout


def test_what_is_not_installed_is_named_with_what_brings_it(tmp_path: Path) -> None:
    told = deploy("measure", "upgrade", "--data", str(tmp_path), options=("-S",))

    assert told.returncode == 2
    assert told.stderr.count("\n") == 1
    assert "is missing: make lab" in told.stderr


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    command = f"{sys.executable} -m deploy show split | true"
    told = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)

    assert told.stderr == ""


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("serve", "uvicorn", "--port", "70000"), "between 1 and 65535"),
        (("serve", "uvicorn", "--port", "x"), 'PORT must be a number, not "x"'),
        (("secrets", "--data", "/proc/nowhere"), "cannot write /proc/nowhere"),
        (("measure", "--resume", ""), "--resume needs the name of a run"),
    ],
)
def test_bad_input_is_one_line(words: tuple[str, ...], complaint: str) -> None:
    told = deploy(*words)

    assert told.returncode == 2
    assert told.stderr.startswith("deploy: ")
    assert told.stderr.count("\n") == 1
    assert complaint in told.stderr
