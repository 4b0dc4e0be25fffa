"""A folder of results is input: whatever is wrong with it is said, and the rest is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.compare.reading import MOST_BYTES, read_head, read_run
from deploy.compare.runs import Run
from tests.deploy.compare.made_up import cell, write, write_run


def read(folder: Path) -> Run:
    return read_run(read_head(folder, "own/example", is_shipped=False))


def kinds(run: Run) -> list[str]:
    return [notice.kind for notice in run.notices]


def test_a_whole_run_is_read_without_a_word(own_runs: Path) -> None:
    run = read(write_run(own_runs))
    assert run.notices == ()
    assert {"load", "waits", "stopping"} <= {cell.experiment for cell in run.cells}
    assert run.configurations == ("uvicorn-django-asgi.txt",)
    assert run.head.minutes == 12


@pytest.mark.parametrize("file", ["run.json", "summary.json", "verdicts.json"])
@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '{"cells": [{"metrics"', "[" * 100_000, "\x00\x01", '{"cells": 3, "claims": "x"}'],
)
def test_a_broken_file_is_a_notice_and_no_error(own_runs: Path, file: str, content: str) -> None:
    folder = write_run(own_runs)
    (folder / file).write_text(content, encoding="utf-8")
    notices = read(folder).notices
    assert notices
    assert any(file in notice.text or notice.kind in {"format", "incomplete"} for notice in notices)


@pytest.mark.parametrize("file", ["summary.json", "verdicts.json"])
def test_a_run_that_has_not_come_so_far_says_what_is_missing(own_runs: Path, file: str) -> None:
    folder = write_run(own_runs, complete=False)
    (folder / file).unlink()
    run = read(folder)
    assert kinds(run) == ["incomplete", "missing"]
    assert file in run.notices[1].text


def test_a_folder_that_is_none_of_ours_is_a_notice(own_runs: Path) -> None:
    folder = own_runs / "photos"
    folder.mkdir(parents=True)
    (folder / "cat.jpg").write_bytes(b"\xff\xd8")
    assert set(kinds(read(folder))) == {"missing"}


def test_a_file_of_unlikely_size_is_not_read(own_runs: Path) -> None:
    folder = write_run(own_runs)
    with (folder / "summary.json").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert kinds(read(folder)) == ["unreadable"]


def test_numbers_that_cannot_be_drawn_are_left_out(own_runs: Path) -> None:
    folder = write_run(own_runs)
    good = cell("load", "uvicorn", "django-asgi", {}, requests_per_second=7)
    bad = [
        cell("load", "uvicorn", "django-asgi", {}, requests_per_second=number)
        for number in (float("nan"), float("inf"))
    ]
    write(folder, "summary.json", {"cells": [good, *bad, {"metrics": {}}, "nothing", None]})
    run = read(folder)
    assert [entry.metrics["requests_per_second"].median for entry in run.cells] == [7]
    assert kinds(run) == ["skipped"]


def test_a_void_run_says_why(own_runs: Path) -> None:
    run = read(write_run(own_runs, void="a server against itself came out at 1.4"))
    assert kinds(run) == ["void"]
    assert "1.4" in run.notices[0].text


def test_another_format_is_said(own_runs: Path) -> None:
    assert kinds(read(write_run(own_runs, format=2))) == ["format"]


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", 7, None, "é", "x" * 500])
def test_a_claim_whose_name_cannot_stand_in_an_address_is_left_out(own_runs: Path, name: object) -> None:
    folder = write_run(own_runs)
    content = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    content["claims"] = [content["claims"][0] | {"id": name}]
    write(folder, "verdicts.json", content)
    assert read(folder).verdicts == ()
