"""Reads a run from its folder. The folder is input: what is broken or missing becomes a notice, never an error."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from django.utils.dateparse import parse_datetime

from deploy.compare.runs import Cell, Figure, Head, Notice, Run, Test, Verdict

FORMAT = 1
# A full run's summary has some hundred kilobytes; a file far beyond that is something else.
MOST_BYTES = 16 * 1024 * 1024
MOST_TEXT = 2000
MOST_ENTRIES = 50
CONFIGURATIONS = "configurations"

T = TypeVar("T")


def read_head(folder: Path, key: str, *, is_shipped: bool) -> Head:
    content = read_json(folder / "run.json")
    if isinstance(content, Notice):
        return Head(key, folder, is_shipped, notices=(content,))
    notices = []
    if content.get("format") != FORMAT:
        notices.append(Notice("format", _word(content.get("format"))[:40]))
    void = _word(content.get("void"))
    is_complete = content.get("complete") is True
    if void:
        notices.append(Notice("void", void))
    elif not is_complete:
        notices.append(Notice("incomplete"))
    return Head(
        key,
        folder,
        is_shipped,
        profile=_word(content.get("profile")),
        started_at=_moment(content.get("started_at")),
        ended_at=_moment(content.get("ended_at")),
        is_complete=is_complete,
        void=void,
        seed=_word(content.get("seed")),
        database=_word(content.get("database")),
        machine=words_of(content.get("machine")),
        versions=words_of(content.get("versions")),
        generator=words_of(content.get("generator")),
        unavailable=words_of(content.get("unavailable")),
        thrown_away=tuple(words_of(entry) for entry in _list(content.get("thrown_away"))),
        itself={name: figure for name, entry in _dict(content.get("itself")).items() if (figure := _ratio(entry))},
        notices=tuple(notices),
    )


def read_run(head: Head) -> Run:
    """The whole run. Never raises for what is in the folder: a notice says what could not be used."""
    notices = list(head.notices)
    cells = list(_read_entries(head.folder / "summary.json", "cells", _cell, notices))
    verdicts = list(_read_entries(head.folder / "verdicts.json", "claims", _verdict, notices))
    unique = {verdict.id: verdict for verdict in verdicts}
    return Run(
        head,
        tuple(cells),
        tuple(sorted(unique.values(), key=lambda verdict: verdict.number)),
        tuple(_configurations(head.folder)),
        tuple(notices),
    )


def read_json(path: Path) -> dict[str, Any] | Notice:
    try:
        if path.stat().st_size > MOST_BYTES:
            return Notice("unreadable", path.name)
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Notice("missing", path.name)
    except (OSError, ValueError, RecursionError):
        return Notice("unreadable", path.name)
    return content if isinstance(content, dict) else Notice("unreadable", path.name)


def _read_entries(
    path: Path, key: str, read: Callable[[dict[str, Any]], T | None], notices: list[Notice]
) -> Iterator[T]:
    content = read_json(path)
    if isinstance(content, Notice):
        notices.append(content)
        return
    skipped = 0
    for entry in _list(content.get(key)):
        found = read(_dict(entry))
        skipped += found is None
        if found is not None:
            yield found
    if skipped or not isinstance(content.get(key), list):
        notices.append(Notice("skipped", f"{path.name}, {skipped}" if skipped else path.name))


def _configurations(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in (folder / CONFIGURATIONS).iterdir() if path.is_file())
    except OSError:
        return []


def _cell(entry: dict[str, Any]) -> Cell | None:
    metrics = {name: figure for name, value in _dict(entry.get("metrics")).items() if (figure := _figure(value))}
    names = [entry.get(key) for key in ("experiment", "server", "peer")]
    case = {key: value for key, value in _dict(entry.get("case")).items() if _is_plain(value)}
    if not metrics or not all(isinstance(name, str) and len(name) <= 100 for name in names):
        return None
    return Cell(str(names[0]), str(names[1]), str(names[2]), case, metrics)


def _figure(value: Any) -> Figure | None:
    table = _dict(value)
    median = _number(table.get("median"))
    if median is None:
        return None
    low, high = _number(table.get("low")), _number(table.get("high"))
    return Figure(median, median if low is None else low, median if high is None else high, _count(table.get("n")))


def _ratio(value: Any) -> Figure | None:
    return _figure({**_dict(value), "median": _dict(value).get("ratio")})


def _verdict(entry: dict[str, Any]) -> Verdict | None:
    name = entry.get("id")
    if not isinstance(name, str) or not name.replace("-", "").isalnum() or not name.isascii() or len(name) > 100:
        return None
    return Verdict(
        id=name,
        number=_count(entry.get("number")),
        verdict=_word(entry.get("verdict")),
        titles=words_of(entry.get("title")),
        statements=words_of(entry.get("statement")),
        whys=words_of(entry.get("why")),
        tests=tuple(_test(_dict(test)) for test in _list(entry.get("tests"))),
    )


def _test(table: dict[str, Any]) -> Test:
    return Test(
        says=words_of(table.get("says")),
        unit=_word(table.get("unit")),
        relation=_word(table.get("relation")),
        threshold=_number(table.get("threshold")),
        value=_number(table.get("value")),
        low=_number(table.get("low")),
        high=_number(table.get("high")),
        outcome=_word(table.get("outcome")),
        role=_word(table.get("role")),
        without=tuple(_word(name) for name in _list(table.get("without"))),
    )


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) or _number(value) is not None


def _number(value: Any) -> float | None:
    """Python reads NaN and Infinity, too; neither can be drawn, nor written as JSON."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return value if math.isfinite(value) else None
    except OverflowError:
        return None


def _count(value: Any) -> int:
    number = _number(value)
    return int(number) if number is not None else 0


def _word(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return ", ".join(_word(entry) for entry in value[:MOST_ENTRIES])[:MOST_TEXT]
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:MOST_TEXT]


def words_of(value: Any) -> dict[str, str]:
    return {key: _word(entry) for key, entry in _dict(value).items()}


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _moment(value: Any) -> datetime | None:
    try:
        return parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
