"""Preparing a data folder: once at a time, again without harm, and in one line where it cannot be."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.prepare import UNFINISHED, wants_filling
from tests.sites import ROOT

pytestmark = pytest.mark.live


def prepare(data: Path, *options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "deploy", "prepare", "--data", str(data), *options]
    own = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    settings = {**own, "SAMPLE_GOODS": "false", **environment}
    return subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False, timeout=100)


def test_a_folder_is_prepared_and_the_staff_password_is_told_once(tmp_path: Path) -> None:
    first, second = prepare(tmp_path), prepare(tmp_path)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "password: " in first.stdout
    assert "password: " not in second.stdout
    assert (tmp_path / "static" / "staticfiles.json").exists()


def test_two_do_not_prepare_the_same_folder_at_once(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with open(tmp_path / "run" / "prepare.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = prepare(tmp_path)
    assert (done.returncode, done.stderr) == (2, f"deploy: somebody else is preparing {tmp_path} just now\n")


def test_a_count_that_is_no_number_is_one_clear_line(tmp_path: Path) -> None:
    done = prepare(tmp_path, SAMPLE_GOODS="true", SAMPLE_GOODS_COUNT="many")
    assert done.returncode == 2
    assert done.stderr == 'deploy: SAMPLE_GOODS_COUNT must be a number, not "many"\n'


def test_an_unreachable_database_is_one_clear_line(tmp_path: Path) -> None:
    done = prepare(tmp_path, DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert done.returncode == 2
    assert done.stderr.startswith("deploy: migrate: connection failed")
    assert done.stderr.count("\n") == 1


def test_the_first_prints_are_drawn_at_once_and_the_others_are_noted_for_later(tmp_path: Path) -> None:
    done = prepare(tmp_path, "--first", "1", SAMPLE_GOODS="true", SAMPLE_GOODS_COUNT="")
    assert done.returncode == 0, done.stderr
    assert "1 sample prints added" in done.stdout
    assert wants_filling(tmp_path)
    assert (tmp_path / "media" / UNFINISHED).exists()
