"""One run: goes through the plan, keeps each sample as it comes, and measures once more what went wrong."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence

from deploy.lab.bench import Lacking
from deploy.lab.progress import Progress
from deploy.lab.results import ResultFolder, Sample, Unwritable
from deploy.lab.rounds import Step
from deploy.lab.trials import Case, Experiment, Flawed, Laboratory, Measured, Unavailable


class Session:
    def __init__(
        self,
        folder: ResultFolder,
        laboratory: Laboratory,
        experiments: Mapping[str, Experiment],
        progress: Progress,
    ) -> None:
        self._folder = folder
        self._laboratory = laboratory
        self._experiments = experiments
        self._progress = progress
        # What was not measured, and why: by server, peer or topology.
        self.unavailable: dict[str, str] = {}
        # Which of them cannot be started at all, so that nobody tries again.
        self._gone: set[str] = set()

    def run(self, steps: Iterable[Step]) -> None:
        """Measure the steps, in this order."""
        for lacks in self._folder.done().values():
            self._note(lacks)
        for step in steps:
            self._progress.now(step.title)
            began = time.monotonic()
            lacks = self._measure(step)
            self._note(lacks)
            self._folder.append_done(step.key, lacks, time.monotonic() - began)
            self._progress.over(step.trial.seconds)

    def _note(self, lacks: Mapping[str, str]) -> None:
        for name, why in lacks.items():
            if name not in self.unavailable:
                self.unavailable[name] = why
                self._progress.say(f"left out: {name}: {why}")

    def _measure(self, step: Step) -> dict[str, str]:
        """Once, and a second time what was flawed. What the machine lacks for it, by name, or nothing."""
        if lacks := {name: self.unavailable[name] for name in {step.trial.server, step.trial.peer} & self._gone}:
            return lacks
        try:
            for again in self._attempt(step, step.cases):
                self._attempt(step, again)
        except Lacking as lack:
            self._gone.add(lack.name)
            return {lack.name: str(lack)}
        except Unavailable as lack:
            return {step.trial.server: f"{step.trial.experiment}: {lack}"}
        return {}

    def _attempt(self, step: Step, cases: Sequence[Case]) -> list[list[Case]]:
        """Run the trial with these cases and keep its samples. What is flawed is given back, as it is to be tried
        again: together what was measured, one by one what was not, so that a case which never works takes along none
        that does."""
        left: list[Case] = list(cases)
        flawed: list[Case] = []
        try:
            for measured in self._experiments[step.trial.experiment].run(step.trial, list(cases), self._laboratory):
                self._keep(step, measured)
                case = next((case for case in left if _is_of(measured, case)), None)
                if case is not None:
                    left.remove(case)
                    if measured.flaw:
                        flawed.append(case)
        except (Unavailable, Unwritable):
            raise
        except Exception as error:  # whatever one trial runs into must not end an hour's run
            why = str(error) if isinstance(error, Flawed) else f"{type(error).__name__}: {error}"
            for case in left or [{}]:
                self._keep(step, Measured(case, {}, flaw=" ".join(why.split())))
            return [cases for cases in (flawed, *([case] for case in left)) if cases]
        return [flawed] if flawed else []

    def _keep(self, step: Step, measured: Measured) -> None:
        trial = step.trial
        if measured.flaw:
            self._progress.say(f"thrown away: {step.title}, round {step.round}: {measured.flaw}")
        self._folder.append(
            Sample(
                experiment=trial.experiment,
                server=trial.server,
                peer=trial.peer,
                case={**trial.settings, **measured.case},
                round=step.round,
                metrics=measured.metrics,
                histogram=measured.histogram,
                flaw=measured.flaw,
                step=step.key,
            )
        )


def _is_of(measured: Measured, case: Case) -> bool:
    """Whether that is the case that was asked for: an experiment may add to it what it found out."""
    return all(measured.case.get(key) == value for key, value in case.items())
