"""What every peer reads and is asked."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from deploy.lab.peers import asked, rows


def content(file: Path) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        return list(database.execute("SELECT * FROM rows"))


def test_the_file_that_is_shipped_is_the_one_that_would_be_written(tmp_path: Path) -> None:
    rows.write(tmp_path / "rows.sqlite3")
    assert content(rows.FILE) == content(tmp_path / "rows.sqlite3") == rows.sample()
    assert len(rows.sample()) == 50


def test_a_row_is_found_by_its_number_and_one_that_is_not_there_is_none() -> None:
    assert rows.one(7) == rows.sample()[6]
    assert rows.one(51) is None
    assert rows.every() == rows.sample()


def test_a_number_that_is_not_given_is_the_usual_one() -> None:
    assert asked.number({}, "ms") == 100
    assert asked.number({"ms": "0"}, "ms") == 0


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", " 1", "٣", "60001", "9" * 5000])
def test_what_is_no_number_within_bounds_is_refused(text: str) -> None:
    with pytest.raises(asked.BadNumber, match="ms must be a whole number from 0 to 60000"):
        asked.number({"ms": text}, "ms")


@pytest.mark.parametrize("kib", [0, 1, 64, 100])
def test_a_large_answer_comes_in_pieces_of_64_kib(kib: int) -> None:
    pieces = list(asked.large_pieces(kib))
    assert b"".join(pieces) == b"x" * kib * 1024
    assert all(len(piece) <= 64 * 1024 for piece in pieces)
