"""In which order the trials are run: in rounds, each in its own order, so that nobody always has the worst hour."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

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
    """Every trial once in each of its rounds, in random order, neighbours together. A seed gives one order."""
    wanted = sorted(trials, key=lambda trial: Step(0, trial, ()).key)
    steps = []
    for number in range(1, 1 + max((_rounds(trial, scale) for trial in wanted), default=0)):
        order = random.Random(f"{seed} {number}")  # noqa: S311 - the order of a measurement is no secret
        groups = _neighbours(trial for trial in wanted if number <= _rounds(trial, scale))
        chosen = [_shuffled(group, order) for group in _shuffled(groups, order)]
        steps += [Step(number, trial, _shuffled(trial.cases, order)) for trial in itertools.chain.from_iterable(chosen)]
    keys = [step.key for step in steps]
    if twice := {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f"two trials cannot be told apart: {sorted(twice)[0]}")
    return steps


def seconds(steps: Iterable[Step]) -> float:
    """How long the steps take, as their experiments foretell."""
    return sum(step.trial.seconds for step in steps)


def _rounds(trial: Trial, scale: Scale) -> int:
    return trial.rounds or scale.rounds


def _neighbours(trials: Iterable[Trial]) -> list[list[Trial]]:
    groups: dict[object, list[Trial]] = {}
    for number, trial in enumerate(trials):
        groups.setdefault(trial.beside or number, []).append(trial)
    return list(groups.values())


def _shuffled(things: Sequence[Any], order: random.Random) -> tuple[Any, ...]:
    shuffled = list(things)
    order.shuffle(shuffled)
    return tuple(shuffled)
