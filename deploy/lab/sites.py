"""The whole shop as a subject: started as an operator would, on a data folder of its own."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from deploy.lab import running
from deploy.lab.running import ROOT, Subject
from deploy.lab.trials import Flawed, Unavailable

READY_SECONDS = 90.0
# How many sample goods the measured shop sells: a whole page of its list. More would only take longer to draw.
GOODS = 24
# What the prepared data depends on; when any of it has changed, it is prepared anew.
SOURCES = ("shop", "chat", "config", "requirements.txt")
# ``python -m deploy`` ends with it where it says in one line what cannot be.
REFUSED = 2


class Shop:
    """A prepared data folder that every start of a site copies: all begin with the same database and the same goods."""

    def __init__(self, parent: Path) -> None:
        """``parent`` keeps the folder for the next run, too: to draw the goods takes longer than most experiments."""
        self._parent = parent

    @contextlib.contextmanager
    def started(
        self, topology: str, environment: Mapping[str, str], *, core: int | None, patience_seconds: float = 40
    ) -> Iterator[Subject]:
        """Run the topology until the end of the block. Raises Unavailable where the machine lacks one of its servers,
        Flawed where it does not become ready."""
        prepared = self._prepared()
        with running.own_folder() as folder:
            data = folder / "data"
            shutil.copytree(prepared, data)
            command = [sys.executable, "-m", "deploy", "up", topology, "--port", "0", "--data", str(data)]
            process = running.spawn(command, {"DATA_DIR": str(data), **environment}, folder, core=core)
            state = data / "run" / f"{topology}.json"
            subject = Subject(process, 0, folder / "log", lambda: _pids(state))
            try:
                subject.port = _wait_ready(subject, state)
                running.settle(subject)
                yield subject
            finally:
                subject.stop(patience_seconds=patience_seconds)

    def _prepared(self) -> Path:
        folder = self._parent / f"shop-{_fingerprint()}"
        if not folder.exists():
            for old in self._parent.glob("shop-*"):
                shutil.rmtree(old)
            draft = folder.with_name(f"{folder.name}.draft")
            draft.mkdir(parents=True)
            _prepare(draft)
            draft.rename(folder)
        return folder


def _prepare(data: Path) -> None:
    with running.own_folder() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "deploy", "prepare", "--data", str(data)],
            cwd=ROOT,
            env=running.clean_environment(folder) | {"DATA_DIR": str(data), "SAMPLE_GOODS_COUNT": str(GOODS)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split())[-500:]
        raise Flawed(f"the shop's data cannot be prepared: {said}")


def _fingerprint() -> str:
    made_of = hashlib.sha256(str(GOODS).encode())
    for source in SOURCES:
        path = ROOT / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            # What is compiled here follows from the rest.
            if file.is_file() and file.suffix not in {".pyc", ".mo"}:
                made_of.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return made_of.hexdigest()[:16]


def _wait_ready(subject: Subject, state: Path) -> int:
    """The front door's port, when all behind it is ready."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        told = _read(state)
        if told.get("ready"):
            return int(told["url"].rpartition(":")[2])
        if not subject.is_alive():
            if subject.process.returncode == REFUSED:
                raise Unavailable(subject.last_words().removeprefix("deploy: "))
            raise Flawed(f"the site ended before it was ready: {subject.last_words()}")
        if others := [path.stem for path in state.parent.glob("*.json") if path != state]:
            raise Unavailable(f"{state.stem} cannot run here, {others[0]} would be started instead: nginx is missing")
        if time.monotonic() > deadline:
            raise Flawed(f"the site was not ready within {READY_SECONDS:g} s: {subject.last_words()}")
        time.sleep(running.TICK_SECONDS)


def _pids(state: Path) -> list[int]:
    """The topology's own processes: what watches over them costs the same in each and does not count."""
    return [entry["pid"] for entry in _read(state).get("processes", {}).values()]


def _read(state: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(state.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return told
