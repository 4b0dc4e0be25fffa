"""The fifty rows that every peer reads, and the file that holds them. The file is never written while peers run."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("rows.sqlite3")
COUNT = 50
COLUMNS = "id, name, price, note"

_local = threading.local()


class Row(NamedTuple):
    id: int
    name: str
    price: str
    note: str


def sample() -> list[Row]:
    """What the file holds: every name wants escaping, as what people write does."""
    return [
        Row(
            id=number,
            name=f"Print <{number:02}> & frame",
            price=f"{number * 1.37 + 9:.2f}",
            note=f'"{number} of {COUNT}", numbered by hand',
        )
        for number in range(1, COUNT + 1)
    ]


def write(file: Path = FILE) -> None:
    """Make the file anew: ``python -m deploy.lab.peers.rows``."""
    file.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, name TEXT, price TEXT, note TEXT)")
        database.executemany("INSERT INTO rows VALUES (?, ?, ?, ?)", sample())


def one(number: int) -> Row | None:
    found = _database().execute(f"SELECT {COLUMNS} FROM rows WHERE id = ?", (number,)).fetchone()  # noqa: S608
    return None if found is None else Row(*found)


def every() -> list[Row]:
    return [Row(*found) for found in _database().execute(f"SELECT {COLUMNS} FROM rows ORDER BY id")]  # noqa: S608


def _database() -> sqlite3.Connection:
    """One connection a thread, kept: what a pool gives."""
    if not hasattr(_local, "database"):
        _local.database = sqlite3.connect(f"file:{FILE}?mode=ro", uri=True)
    database: sqlite3.Connection = _local.database
    return database


if __name__ == "__main__":
    write()
