"""The folder that a run leaves: samples as they are measured, and what they were measured on."""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.errors import DeployError
from deploy.lab.trials import Case

FORMAT = 1
SHIPPED = Path(__file__).parent / "results"
FULL_DISK = {errno.ENOSPC, errno.EDQUOT}
# What whoever reads a run.json relies on.
HEAD = {
    **dict.fromkeys(("name", "profile", "started_at", "void"), str),
    **dict.fromkeys(("machine", "generator", "unavailable", "itself"), dict),
    **dict.fromkeys(("chosen", "thrown_away"), list),
    "seed": int,
    "complete": bool,
}


class Unwritable(DeployError):
    """The folder of a run takes nothing more: what comes next would be measured in vain."""


@dataclass(frozen=True)
class Sample:
    """One case of one subject, measured in one round. ``step`` is the key of the step that gave it (rounds.Step)."""

    experiment: str
    server: str
    peer: str
    case: Case
    round: int
    metrics: Mapping[str, float]
    histogram: list[tuple[int, int]] = field(default_factory=list)
    # Why it must not count; empty where it counts.
    flaw: str = ""
    step: str = ""

    @property
    def cell(self) -> tuple[str, str, str, tuple[tuple[str, str | int | float], ...]]:
        """What is repeated from round to round."""
        return self.experiment, self.server, self.peer, tuple(sorted(self.case.items()))


class ResultFolder:
    """A run's folder, written as the run goes on: whatever ends it, what was measured is kept."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, path: Path) -> ResultFolder:
        with _told(path):
            path.mkdir(parents=True)
            (path / "configurations").mkdir()
            (path / "samples.jsonl").touch()
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> ResultFolder:
        folder = cls(path)
        folder.read_run()
        return folder

    def append(self, sample: Sample) -> None:
        """Write one sample: it is kept although the run ends right after it."""
        line = {
            "experiment": sample.experiment,
            "server": sample.server,
            "peer": sample.peer,
            "case": dict(sample.case),
            "round": sample.round,
            "metrics": {name: _rounded(value) for name, value in sample.metrics.items()},
            "histogram": sample.histogram,
            "flaw": sample.flaw,
            "step": sample.step,
        }
        self._append("samples.jsonl", line)

    def append_done(self, step: str, lacks: Mapping[str, str], seconds: float) -> None:
        """Note that a step is over, for ``--resume``; ``lacks``: by name, what the machine would have needed for it;
        ``seconds``: how long it took, to hold against what its experiment foretells."""
        self._append("done.jsonl", {"step": step, "lacks": dict(lacks), "seconds": round(seconds, 2)})

    def add_configuration(self, name: str, text: str) -> None:
        """Keep what a subject was started with, word for word; the same words once only."""
        path = self.path / "configurations" / name
        known = path.read_text(encoding="utf-8") if path.exists() else ""
        if text not in known:
            self.write(f"configurations/{name}", known + text)

    def samples(self) -> list[Sample]:
        if not (self.path / "samples.jsonl").exists():
            # Nothing may be computed anew, and written over what was, from samples that are lost.
            raise DeployError(f"{self.path} has lost its samples.jsonl")
        samples = []
        for line in self._lines("samples.jsonl"):
            try:
                sample = Sample(**line | {"histogram": [(pair[0], pair[1]) for pair in line["histogram"]]})
                _check_values(sample)
            except (TypeError, KeyError, IndexError) as error:
                raise DeployError(f"{self.path}/samples.jsonl holds a line that is no sample: {error}") from error
            samples.append(sample)
        return samples

    def done(self) -> dict[str, dict[str, str]]:
        """The steps that are over, with what the machine lacked for them."""
        try:
            return {line["step"]: dict(line["lacks"]) for line in self._lines("done.jsonl")}
        except (TypeError, KeyError, ValueError) as error:
            raise DeployError(f"{self.path}/done.jsonl holds a line that is no step: {error}") from error

    def forget_unfinished(self) -> None:
        """Drop the samples of steps that an interruption cut short: these are measured again, from their start."""
        over = list(self._lines("done.jsonl"))
        done = {line["step"] for line in over}
        whole = [line for line in self._lines("samples.jsonl") if line.get("step") in done]
        for name, lines in (("samples.jsonl", whole), ("done.jsonl", over)):
            self.write(name, "".join(json.dumps(line) + "\n" for line in lines))

    def read_run(self) -> dict[str, Any]:
        """``run.json``. Raises DeployError where it is not whole, or of another format."""
        head = self.read_json("run.json")
        if head.get("format") != FORMAT:
            raise DeployError(f"{self.path}/run.json is of another format than this program's ({FORMAT})")
        if wrong := [key for key, kind in HEAD.items() if not isinstance(head.get(key), kind)]:
            raise DeployError(f"{self.path}/run.json is not whole: it needs {', '.join(wrong)}")
        return head

    def read_json(self, name: str) -> dict[str, Any]:
        """Raises DeployError where the file is missing or cannot be understood."""
        try:
            content: dict[str, Any] = json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise DeployError(f"{self.path} is no result of the laboratory: it has no {name}") from error
        except (OSError, ValueError) as error:
            raise DeployError(f"{self.path / name} cannot be read: {error}") from error
        if not isinstance(content, dict):
            raise DeployError(f"{self.path / name} is no object of JSON")
        return content

    def write_json(self, name: str, content: Mapping[str, Any]) -> None:
        self.write(name, json.dumps(content, indent=1, ensure_ascii=False) + "\n")

    def write(self, name: str, text: str) -> None:
        """Replace a file whole: nobody reads half of it, and a full disk leaves the old one."""
        target = self.path / name
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        with _told(self.path):
            try:
                draft.write_text(text, encoding="utf-8")
                draft.replace(target)
            finally:
                draft.unlink(missing_ok=True)

    def _append(self, name: str, line: Mapping[str, Any]) -> None:
        data = json.dumps(line).encode() + b"\n"
        with _told(self.path), open(self.path / name, "ab", buffering=0) as file:
            length = file.tell()
            try:
                if file.write(data) < len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            except OSError:
                # Half a line would stand in the way of all that follow.
                with contextlib.suppress(OSError):
                    file.truncate(length)
                raise

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        """The file's lines; a last one that was cut off by the machine's end does not count."""
        try:
            lines = (self.path / name).read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        except FileNotFoundError:
            return
        except OSError as error:
            raise DeployError(f"{self.path / name} cannot be read: {error.strerror}") from error
        for number, line in enumerate(lines, start=1):
            try:
                content = json.loads(line)
            except ValueError as error:
                if line.endswith("\n"):
                    raise DeployError(f"{self.path / name}, line {number}: {error}") from error
                return
            if not isinstance(content, dict):
                raise DeployError(f"{self.path / name}, line {number} is no object of JSON")
            yield content


def own_folder(data: Path) -> Path:
    """Where the runs of a data folder are."""
    return data / "lab" / "results"


def listed(data: Path) -> list[ResultFolder]:
    """The shipped runs, then this machine's own, each from the oldest to the newest; before them what claims to be a
    run and cannot be read."""
    folders = []
    for parent in (SHIPPED, own_folder(data)):
        found = [ResultFolder(path.parent) for path in parent.glob("*/run.json")]
        folders += sorted(found, key=_started_at)
    return folders


def _started_at(folder: ResultFolder) -> str:
    try:
        return str(folder.read_run()["started_at"])
    except DeployError:
        return ""


def find(name: str, data: Path) -> ResultFolder:
    """The run of that name, or at that path; without a name the newest. Raises DeployError."""
    runs = listed(data)
    if not name:
        if not runs:
            raise DeployError("nothing has been measured yet: python -m deploy measure --profile quick")
        return ResultFolder.open(runs[-1].path)
    for folder in reversed(runs):
        if folder.path.name == name:
            return ResultFolder.open(folder.path)
    if (Path(name) / "run.json").exists():
        return ResultFolder.open(Path(name))
    known = ", ".join(folder.path.name for folder in runs) or "none yet"
    raise DeployError(f'there is no result "{name}"; there are: {known}')


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say in one line what the system says of a write that fails."""
    try:
        yield
    except FileExistsError as error:
        raise Unwritable(f"{path} is there already") from error
    except OSError as error:
        if error.errno in FULL_DISK:
            raise Unwritable(f"the disk is full: {path} cannot be written") from error
        raise Unwritable(f"cannot write to {path}: {error.strerror}") from error


def _check_values(sample: Sample) -> None:
    """Raises TypeError where it cannot be counted with."""
    if not all(isinstance(part, dict) for part in (sample.case, sample.metrics)) or type(sample.round) is not int:
        raise TypeError("case and metrics are objects, round is a number")
    for name, value in sample.metrics.items():
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise TypeError(f"{name} is {value}")


def _rounded(value: float) -> float:
    """Seven digits are more than any of these figures has."""
    return float(f"{value:.7g}")
