"""Which runs there are: those that come with the code, and the reader's own; and which of them a page shows."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

from django.conf import settings

from deploy.compare.reading import CONFIGURATIONS, read_head, read_run
from deploy.compare.runs import Head, Run

SHIPPED = Path(__file__).resolve().parent.parent / "lab" / "results"
FILES = ("run.json", "summary.json", "verdicts.json", CONFIGURATIONS)
# The folders with the latest names are listed; a laboratory that ran more often still has the others on disk.
MOST_RUNS = 50
MOST_REMEMBERED = 2 * MOST_RUNS
MOST_SHOWN_BYTES = 64 * 1024

T = TypeVar("T")
Stamp = tuple[tuple[int, int], ...]
_remembered: dict[tuple[str, Path], tuple[Stamp, object]] = {}
_lock = Lock()


def heads() -> dict[str, Head]:
    """Every run by its key. The one to show comes first: full before quick, shipped before own, new before old."""
    found = [
        _read(folder, key, is_shipped=is_shipped)
        for is_shipped, place in ((True, SHIPPED), (False, own_place()))
        for key, folder in _folders(place, "shipped" if is_shipped else "own")
    ]
    found.sort(key=lambda head: head.started_at.isoformat() if head.started_at else "", reverse=True)
    found.sort(key=lambda head: (bool(head.void), not head.is_complete, head.is_quick, not head.is_shipped))
    return {head.key: head for head in found}


def take(key: str) -> tuple[Run | None, dict[str, Head]]:
    """The run of that key, the first where there is none of it, and all there are. A key is compared, never opened."""
    known = heads()
    head = known.get(key) or next(iter(known.values()), None)
    if head is None:
        return None, known
    chosen = head
    return _remember("run", chosen.folder, lambda: read_run(chosen)), known


def read_configuration(run: Run, name: str) -> str | None:
    """One of the run's configuration files, word for word; None for a name that the run does not list."""
    if name not in run.configurations:
        return None
    try:
        with (run.head.folder / CONFIGURATIONS / name).open("rb") as file:
            return file.read(MOST_SHOWN_BYTES).decode(errors="replace")
    except OSError:
        return None


def own_place() -> Path:
    return Path(settings.DATA_DIR) / "lab" / "results"


def _folders(place: Path, origin: str) -> list[tuple[str, Path]]:
    try:
        found = sorted((path for path in place.iterdir() if path.is_dir() and path.name[0] != "."), reverse=True)
    except OSError:
        return []
    return [(f"{origin}/{path.name}", path) for path in found[:MOST_RUNS]]


def _read(folder: Path, key: str, *, is_shipped: bool) -> Head:
    return _remember("head", folder, lambda: read_head(folder, key, is_shipped=is_shipped))


def _remember(kind: str, folder: Path, read: Callable[[], T]) -> T:
    """What ``read`` gave, until a file of the folder changes."""
    stamp = _stamp(folder)
    entry = _remembered.get((kind, folder))
    if entry is None or entry[0] != stamp:
        entry = (stamp, read())
        with _lock:
            if len(_remembered) >= MOST_REMEMBERED:
                _remembered.clear()
            _remembered[kind, folder] = entry
    return entry[1]  # type: ignore[return-value]


def _stamp(folder: Path) -> Stamp:
    stamps = []
    for name in FILES:
        with contextlib.suppress(OSError):
            state = (folder / name).stat()
            stamps.append((state.st_mtime_ns, state.st_size))
    return tuple(stamps)
