"""``python -m deploy measure``: a whole run, from the machine's description to the verdicts."""

from __future__ import annotations

import contextlib
import fcntl
import random
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from deploy.errors import DeployError
from deploy.lab import claims, machine, proving, results, rounds, summary, verdicts
from deploy.lab.bench import bench
from deploy.lab.choosing import understand
from deploy.lab.profiles import PROFILES
from deploy.lab.progress import Progress, spoken
from deploy.lab.results import ResultFolder, Unwritable
from deploy.lab.rounds import Step
from deploy.lab.session import Session
from deploy.lab.telling import tell
from deploy.lab.trials import Experiment, Scale

INTERRUPTED = 130
SERVERS_FILE = Path(__file__).with_name("servers.toml")


@dataclass(frozen=True)
class Wanted:
    """What was asked for on the command line, or, when a run is resumed, what its run.json says was asked for."""

    profile: str
    names: Sequence[str]
    seed: int


def measure(wanted: Wanted, experiments: Mapping[str, Experiment], *, data: Path) -> int:
    """A new run. The exit status: 0, 1 when its figures must not be believed, 130 when it was interrupted."""
    scale = PROFILES[wanted.profile]
    steps = _steps(wanted, scale, experiments)
    with _alone(data):
        folder = ResultFolder.create(_free_name(results.own_folder(data), wanted.profile))
        head = {
            "format": results.FORMAT,
            "name": folder.path.name,
            "profile": wanted.profile,
            "seed": wanted.seed,
            "started_at": _now(),
            "ended_at": None,
            "complete": False,
            "chosen": list(wanted.names),
            "scale": asdict(scale),
            "machine": machine.describe(),
            "versions": machine.versions(),
            "generator": {},
            "database": machine.database(),
            "unavailable": {},
            "thrown_away": [],
            "itself": {},
            "void": "",
        }
        return _Run(folder, head, scale, steps, experiments, data).go()


def resume(name: str, experiments: Mapping[str, Experiment], *, data: Path) -> int:
    """Go on with a run that was interrupted: what is not whole in it is measured, the rest is kept."""
    folder = results.find(name, data)
    head = folder.read_run()
    if head["complete"]:
        raise DeployError(f"{folder.path.name} is complete: there is nothing to resume")
    wanted = Wanted(head["profile"], head["chosen"], head["seed"])
    if head.get("scale") != asdict(scale := PROFILES[wanted.profile]):
        raise DeployError(f"{folder.path.name} was begun with other loads than this program's: begin a new run")
    steps = _steps(wanted, scale, experiments)
    with _alone(data):
        folder.forget_unfinished()
        head.setdefault("resumed", []).append({"at": _now(), "busy": machine.busy_processes()})
        return _Run(folder, head, scale, steps, experiments, data).go()


class _Run:
    def __init__(
        self,
        folder: ResultFolder,
        head: dict[str, Any],
        scale: Scale,
        steps: list[Step],
        experiments: Mapping[str, Experiment],
        data: Path,
    ) -> None:
        self._data = data
        self._folder = folder
        self._head = head
        self._scale = scale
        done = folder.done()
        self._steps = [step for step in steps if step.key not in done]
        self._experiments = experiments
        self._stolen = machine.stolen_seconds()

    def go(self) -> int:
        self._introduce()
        self._folder.write_json("run.json", self._head)
        self._folder.add_configuration(SERVERS_FILE.name, SERVERS_FILE.read_text(encoding="utf-8"))
        progress = Progress(rounds.seconds(self._steps))
        try:
            with _interruptible():
                self._measure(progress)
        except KeyboardInterrupt:
            progress.close()
            self._conclude(complete=False)
            print(f"\nInterrupted; what was measured is kept. Go on with: {self._resume_words}", flush=True)
            return INTERRUPTED
        except Unwritable as error:
            progress.close()
            raise Unwritable(f"{error}; what was measured is kept, go on with: {self._resume_words}") from error
        finally:
            progress.close()
        self._conclude(complete=True)
        tell(self._folder)
        if not summary.counting(self._folder.samples()):
            raise DeployError("nothing was measured that counts")
        return 1 if self._head["void"] else 0

    def _introduce(self) -> None:
        left = spoken(rounds.seconds(self._steps))
        trials = f"{len(self._steps)} starts in {self._scale.rounds} round{'s' if self._scale.rounds > 1 else ''}"
        print(f"{self._scale.name} profile: {trials}, about {left}; {self._folder.path}")
        if self._head["machine"]["server_core"] is None:
            print("one core only: servers and load generator share it, and the figures say little")
        if busy := self._head["machine"]["busy"]:
            print(f"something else is busy here, which changes what is measured: {', '.join(busy)}")

    def _measure(self, progress: Progress) -> None:
        with bench(self._scale, self._data, self._folder.add_configuration) as laboratory:
            proof = self._head["generator"] = proving.prove(laboratory)
            if proof["lag_p99_ms"] > proving.LATE_MS:
                progress.say(
                    f"the generator comes late on this machine as it is ({proof['lag_p99_ms']} ms): is it busy?"
                )
            session = Session(self._folder, laboratory, self._experiments, progress)
            self._head["unavailable"] = session.unavailable
            session.run(self._steps)

    def _conclude(self, *, complete: bool) -> None:
        """Write down what there is; also of a run that was interrupted."""
        stolen = machine.stolen_seconds() - self._stolen
        head = self._head
        head["machine"]["stolen_seconds"] = round(head["machine"].get("stolen_seconds", 0) + stolen, 2)
        head |= {"complete": complete, "ended_at": _now()}
        conclude(self._folder, head)

    @property
    def _resume_words(self) -> str:
        return f"python -m deploy measure --resume {self._folder.path.name}"


def conclude(folder: ResultFolder, head: dict[str, Any]) -> None:
    """Compute from the samples what follows from them, and write it: run.json's last words, summary and verdicts."""
    samples = folder.samples()
    itself = summary.against_themselves(samples)
    head["thrown_away"] = summary.thrown_away(samples)
    head["itself"] = {
        server: {"ratio": ratio.median, "low": ratio.low, "high": ratio.high, "n": ratio.n}
        for server, ratio in itself.items()
    }
    head["void"] = summary.void(itself)
    if head["generator"]:
        head["generator"] |= proving.against_fastest(head["generator"], samples)
    judged = verdicts.judge(claims.load(), samples, void=head["void"], unavailable=head["unavailable"])
    folder.write_json("summary.json", summary.summarise(samples))
    folder.write_json("verdicts.json", verdicts.written(judged))
    folder.write_json("run.json", head)


def new_seed() -> int:
    return random.SystemRandom().randrange(1, 10**6)


def _steps(wanted: Wanted, scale: Scale, experiments: Mapping[str, Experiment]) -> list[Step]:
    choice = understand(wanted.names, experiments, claims.load())
    return rounds.plan(choice.trials(experiments, scale), scale, wanted.seed)


def _free_name(parent: Path, profile: str) -> Path:
    stem = f"{datetime.now().astimezone():%Y-%m-%d-%H%M}-{profile}"
    names = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
    return next(path for name in names if not (path := parent / name).exists())


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


@contextlib.contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One run at a time: two would measure each other."""
    path = data / "lab" / "measure.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = open(path, "w", encoding="utf-8")  # noqa: SIM115 - closed below; what opening it says is told first
    except OSError as error:
        raise DeployError(f"cannot write to {path.parent}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DeployError(f"something is being measured already ({path})") from None
        yield


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal end the run in order; a second one hurries; more change nothing."""
    asked = 0

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked += 1
        if asked <= 2:
            raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, ask) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
