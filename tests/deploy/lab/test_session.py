"""What goes wrong in one trial is measured once more, told, and never counted."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.lab.bench import Lacking, bench
from deploy.lab.profiles import QUICK
from deploy.lab.progress import Progress
from deploy.lab.results import ResultFolder, Unwritable
from deploy.lab.rounds import Step
from deploy.lab.session import Session
from deploy.lab.trials import Case, Flawed, Laboratory, Measured, Scale, Trial, Unavailable
from tests.deploy.lab.examples import trial

CASES: tuple[Case, ...] = ({"load": 1}, {"load": 2}, {"load": 3})
Run = Callable[[list[Case], int], Iterator[Measured]]


class Scripted:
    """An experiment that does what the test says, and remembers what it was asked for."""

    name = "waits"

    def __init__(self, run: Run) -> None:
        self.asked: list[list[Case]] = []
        self._run = run

    def trials(self, scale: Scale) -> list[Trial]:
        return []

    def run(self, trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
        self.asked.append(cases)
        return self._run(cases, len(self.asked))


class Evening:
    """One session with one scripted experiment."""

    def __init__(self, folder: Path, run: Run, laboratory: Any = None) -> None:
        self.said = io.StringIO()
        self.experiment = Scripted(run)
        self.folder = ResultFolder.create(folder / "run")
        self.session = Session(self.folder, laboratory, {"waits": self.experiment}, Progress(10, self.said))

    def measure(self, *subjects: str) -> None:
        self.session.run([Step(1, trial(name, cases=CASES), CASES) for name in subjects or ("gunicorn-sync",)])

    @property
    def samples(self) -> list[tuple[Any, str]]:
        return [(sample.case.get("load"), sample.flaw) for sample in self.folder.samples()]


def good(case: Case) -> Measured:
    return Measured({**case, "found_out": 7}, {"requests_per_second": 1.0})


def test_each_case_gives_a_sample(tmp_path: Path) -> None:
    evening = Evening(tmp_path, lambda cases, _time: map(good, cases))
    evening.measure()

    assert evening.samples == [(1, ""), (2, ""), (3, "")]
    assert len(evening.experiment.asked) == 1
    assert list(evening.folder.done().values()) == [{}]


def test_a_flawed_case_is_measured_once_more_and_no_other(tmp_path: Path) -> None:
    def run(cases: list[Case], time: int) -> Iterator[Measured]:
        for case in cases:
            yield Measured(case, {}, flaw="generator late" if case["load"] == 2 and time == 1 else "")

    evening = Evening(tmp_path, run)
    evening.measure()

    assert evening.experiment.asked[1] == [{"load": 2}]
    assert evening.samples == [(1, ""), (2, "generator late"), (3, ""), (2, "")]
    assert "thrown away: waits: gunicorn-sync, bare-wsgi, round 1: generator late" in evening.said.getvalue()


def test_what_stays_flawed_is_not_measured_for_ever(tmp_path: Path) -> None:
    evening = Evening(tmp_path, lambda cases, _time: (Measured(case, {}, flaw="late") for case in cases))
    evening.measure()

    assert len(evening.experiment.asked) == 2
    assert evening.samples == [(1, "late"), (2, "late"), (3, "late")] * 2
    assert len(evening.folder.done()) == 1


def test_a_case_that_never_works_takes_no_other_along(tmp_path: Path) -> None:
    def run(cases: list[Case], time: int) -> Iterator[Measured]:
        for case in cases:
            if case["load"] == 2:
                raise Flawed("the server died")
            yield good(case)

    evening = Evening(tmp_path, run)
    evening.measure()

    assert evening.experiment.asked[1:] == [[{"load": 2}], [{"load": 3}]]
    assert evening.samples[-2:] == [(2, "the server died"), (3, "")]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (Flawed("the server died"), "the server died"),
        (OSError("no route"), "OSError: no route"),
        (KeyError("x"), "KeyError: 'x'"),
    ],
)
def test_whatever_a_trial_runs_into_costs_the_rest_of_it_only(tmp_path: Path, error: Exception, why: str) -> None:
    def run(cases: list[Case], time: int) -> Iterator[Measured]:
        for case in cases:
            if case["load"] == 2 and time == 1:
                raise error
            yield good(case)

    evening = Evening(tmp_path, run)
    evening.measure()

    assert evening.samples == [(1, ""), (2, why), (3, why), (2, ""), (3, "")]


def test_what_the_machine_lacks_is_told_once_and_tried_once(tmp_path: Path) -> None:
    def run(cases: list[Case], time: int) -> Iterator[Measured]:
        raise Lacking("mod_wsgi", "mod_wsgi is missing: apt package apache2-dev")

    evening = Evening(tmp_path, run)
    evening.session.run([Step(number, trial("mod_wsgi", cases=CASES), CASES) for number in (1, 2, 3)])

    assert len(evening.experiment.asked) == 1
    assert evening.said.getvalue() == "left out: mod_wsgi: mod_wsgi is missing: apt package apache2-dev\n"
    assert evening.session.unavailable == {"mod_wsgi": "mod_wsgi is missing: apt package apache2-dev"}
    assert evening.samples == []
    assert len(evening.folder.done()) == 3


def test_what_one_experiment_cannot_do_does_not_stop_the_others(tmp_path: Path) -> None:
    def run(cases: list[Case], time: int) -> Iterator[Measured]:
        if time == 1:
            raise Unavailable("it speaks no HTTP/2")
        return map(good, cases)

    evening = Evening(tmp_path, run)
    evening.session.run([Step(number, trial(cases=CASES), CASES) for number in (1, 2)])

    assert evening.samples == [(1, ""), (2, ""), (3, "")]
    assert evening.session.unavailable == {"gunicorn-sync": "waits: it speaks no HTTP/2"}


def test_a_folder_that_takes_nothing_more_ends_the_session(tmp_path: Path) -> None:
    evening = Evening(tmp_path, lambda cases, _time: map(good, cases))
    (evening.folder.path / "samples.jsonl").unlink()
    (evening.folder.path / "samples.jsonl").symlink_to("/dev/full")

    with pytest.raises(Unwritable, match="the disk is full"):
        evening.measure()


@pytest.mark.live
def test_a_server_that_dies_while_it_is_measured_is_started_anew(tmp_path: Path) -> None:
    with bench(QUICK, tmp_path) as laboratory:

        def run(cases: list[Case], time: int) -> Iterator[Measured]:
            with laboratory.start("gunicorn-sync", "bare-wsgi", {}) as subject:
                for case in cases:
                    if case["load"] == 2 and time == 1:
                        os.kill(subject.process.pid, signal.SIGKILL)
                        subject.process.wait(5)
                    if not subject.is_alive():
                        raise Flawed("the server died under the load")
                    yield good(case)

        evening = Evening(tmp_path, run, laboratory)
        evening.measure()

    died = "the server died under the load"
    assert evening.samples == [(1, ""), (2, died), (3, died), (2, ""), (3, "")]
