"""What is measured when somebody names claims, experiments, servers, peers or topologies."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from deploy import topology
from deploy.errors import DeployError
from deploy.lab import servers
from deploy.lab.claims import Claim
from deploy.lab.trials import Experiment, Scale, Trial

SITE = "site"


@dataclass(frozen=True)
class Choice:
    """Names of experiments and of what stands in them; empty: all of them."""

    experiments: frozenset[str]
    subjects: frozenset[str]

    def trials(self, experiments: Mapping[str, Experiment], scale: Scale) -> list[Trial]:
        """The chosen trials. Raises DeployError where nothing is left."""
        chosen = [
            trial
            for name, experiment in experiments.items()
            if not self.experiments or name in self.experiments
            for trial in experiment.trials(scale)
            if not self.subjects or self.subjects & {trial.server, trial.peer}
        ]
        if not chosen:
            told = ", ".join(sorted(self.experiments | self.subjects))
            raise DeployError(f"the {scale.name} profile measures nothing of {told or 'all'} together")
        return chosen


def understand(names: Sequence[str], experiments: Iterable[str], claims: Iterable[Claim]) -> Choice:
    """A claim, by number or name, means its experiments. Names of experiments add up, names of subjects as well; both
    together mean these subjects in those experiments. Raises DeployError for a name that nothing has."""
    known = set(experiments)
    by_claim = {key: claim.experiments for claim in claims for key in (claim.id, str(claim.number))}
    subjects = {*servers.load(), *servers.peers(), *topology.names(), SITE}
    chosen: set[str] = set()
    wanted: set[str] = set()
    for name in names:
        if name in by_claim:
            chosen |= set(by_claim[name])
        elif name in known:
            chosen.add(name)
        elif name in subjects:
            wanted.add(name)
        else:
            raise DeployError(_unknown(name, known | subjects | set(by_claim)))
    return Choice(frozenset(chosen), frozenset(wanted))


def _unknown(name: str, known: Iterable[str]) -> str:
    alike = difflib.get_close_matches(name, sorted(known), n=3)
    guess = f" (is it {' or '.join(alike)}?)" if alike else ""
    return f'nothing is called "{name}"{guess}; all names: python -m deploy measure --list'
