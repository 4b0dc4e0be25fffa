"""In which order the trials are run: in rounds, each in its own order, so that nobody always has the worst hour."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deploy.lab.trials import Case, Scale, Trial


@dataclass(frozen=True)
class Step:
    """A trial in one round (counted from 1), with its cases in the order in which they are measured."""

    round: int
    trial: Trial
    cases: tuple[Case, ...]

    @property
    def key(self) -> str:
        """What tells this step from all others of a run, also when it is resumed on another day."""
        settings = " ".join(f"{name}={value}" for name, value in sorted(self.trial.settings.items()))
        return f"{self.round} {self.trial.experiment} {self.trial.server} {self.trial.peer} {settings}".strip()

    @property
    def title(self) -> str:
        return f"{self.trial.experiment}: {self.trial.server}, {self.trial.peer}"


def plan(trials: Iterable[Trial], scale: Scale, seed: int) -> list[Step]:
    """Every trial once a round (those that need one round only in the first). The same seed gives the same order."""
    wanted = sorted(trials, key=lambda trial: Step(0, trial, ()).key)
    steps = []
    for number in range(1, scale.rounds + 1):
        order = random.Random(f"{seed} {number}")  # noqa: S311 - the order of a measurement is no secret
        chosen = [trial for trial in wanted if number == 1 or not trial.once]
        order.shuffle(chosen)
        steps += [Step(number, trial, _shuffled(trial.cases, order)) for trial in chosen]
    keys = [step.key for step in steps]
    if twice := {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f"two trials cannot be told apart: {sorted(twice)[0]}")
    return steps


def seconds(steps: Iterable[Step]) -> float:
    """How long the steps take, as their experiments foretell."""
    return sum(step.trial.seconds for step in steps)


def _shuffled(cases: Sequence[Case], order: random.Random) -> tuple[Case, ...]:
    shuffled = list(cases)
    order.shuffle(shuffled)
    return tuple(shuffled)
