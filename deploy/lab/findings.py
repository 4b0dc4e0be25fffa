"""What one run found, to be looked up by cell, by claim and by test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from deploy.errors import DeployError
from deploy.lab.results import ResultFolder, Sample
from deploy.lab.statistics import Estimate, paired_ratio
from deploy.lab.summary import AGAIN, counting

# What a look-up may say of a case: words compared as they are written, so that 2 and "2" are the same.
Words = Mapping[str, str | int | float]


@dataclass(frozen=True)
class Cell:
    experiment: str
    server: str
    peer: str
    case: Words
    metrics: Mapping[str, Estimate]


class Findings:
    """A result folder, read whole. Raises DeployError where a file is missing or broken."""

    def __init__(self, folder: ResultFolder) -> None:
        self.folder = folder
        self.run = folder.read_run()
        self.cells = [_cell(entry) for entry in folder.read_json("summary.json")["cells"]]
        self.claims: dict[str, dict[str, Any]] = {
            claim["id"]: claim for claim in folder.read_json("verdicts.json")["claims"]
        }

    def matching(self, experiment: str, server: str = "", peer: str = "", **case: str | int | float) -> Iterator[Cell]:
        """The cells whose case has these words; a server's measurement against itself is left out."""
        for cell in self.cells:
            if (
                cell.experiment == experiment
                and server in {"", cell.server}
                and peer in {"", cell.peer}
                and _has(cell.case, case)
            ):
                yield cell

    def figure(
        self, metric: str, experiment: str, server: str, peer: str = "", **case: str | int | float
    ) -> Estimate | None:
        """The one cell's figure; nothing where it was not measured. Raises DeployError where several cells fit."""
        found = [cell for cell in self.matching(experiment, server, peer, **case) if metric in cell.metrics]
        if len(found) > 1:
            words = " ".join(f"{key}={word}" for key, word in case.items())
            raise DeployError(
                f'"{experiment} {server} {peer} {metric} {words}" fits {len(found)} cells: say more of it'
            )
        return found[0].metrics[metric] if found else None

    def ratio(self, metric: str, of: Mapping[str, str], per: Mapping[str, str]) -> Estimate | None:
        """Paired by round. What ``per`` does not say is as in ``of``; both name experiment, server, peer and case."""
        above, below = self._by_round(metric, of), self._by_round(metric, {**of, **per})
        pairs = [(above[number], below[number]) for number in sorted(above.keys() & below.keys())]
        if not pairs or any(value <= 0 for pair in pairs for value in pair):
            return None
        return paired_ratio(pairs)

    def test(self, claim: str, number: int) -> dict[str, Any]:
        """The claim's test of that number, counted from 1 as they stand in claims.toml. Raises DeployError."""
        tests = self.claim(claim)["tests"]
        if not 1 <= number <= len(tests):
            raise DeployError(f'claim "{claim}" has {len(tests)} tests, and no test {number}')
        found: dict[str, Any] = tests[number - 1]
        return found

    def claim(self, name: str) -> dict[str, Any]:
        if name not in self.claims:
            raise DeployError(f'there is no claim "{name}" in {self.folder.path.name}')
        return self.claims[name]

    @cached_property
    def _samples(self) -> list[Sample]:
        return counting(self.folder.samples())

    def _by_round(self, metric: str, words: Mapping[str, str]) -> dict[int, float]:
        case = {key: word for key, word in words.items() if key not in {"experiment", "server", "peer"}}
        return {
            sample.round: sample.metrics[metric]
            for sample in self._samples
            if sample.experiment == words["experiment"]
            and sample.server == words["server"]
            and sample.peer == words["peer"]
            and metric in sample.metrics
            and _has(sample.case, case)
        }


def _has(case: Words, wanted: Words) -> bool:
    return AGAIN not in case and all(str(case.get(key)) == str(word) for key, word in wanted.items())


def _cell(entry: Mapping[str, Any]) -> Cell:
    metrics = {name: Estimate(**figure) for name, figure in entry["metrics"].items()}
    return Cell(entry["experiment"], entry["server"], entry["peer"], entry["case"], metrics)
