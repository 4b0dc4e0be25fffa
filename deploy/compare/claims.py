"""The claims as they were written down before any run, and what a run has to say to each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from deploy.compare.runs import Run, Test, Verdict, tell
from deploy.errors import DeployError
from deploy.lab import claims as lab_claims

# From the clearest answer to none; a verdict that this version does not know counts as untested.
VERDICTS = ("holds", "conditional", "fails", "undecided", "untested")


@dataclass(frozen=True)
class Claim:
    """One claim as people say it, with its verdict in a run, if there is one."""

    id: str
    number: int
    titles: Mapping[str, str]
    statements: Mapping[str, str]
    experiments: tuple[str, ...] = ()
    thresholds: tuple[Test, ...] = ()
    verdict: Verdict | None = None

    @property
    def title(self) -> str:
        return tell(self.titles) or self.id

    @property
    def statement(self) -> str:
        return tell(self.statements)

    @property
    def tests(self) -> tuple[Test, ...]:
        """As the run has them; before any run, the thresholds alone."""
        return self.verdict.tests if self.verdict and self.verdict.tests else self.thresholds

    @property
    def outcome(self) -> str:
        """One of VERDICTS."""
        return self.verdict.verdict if self.verdict and self.verdict.verdict in VERDICTS else "untested"


def claims_of(run: Run | None) -> list[Claim]:
    """Every claim in its order, with the run's verdict. Claims that only the run knows come along."""
    found = {claim.id: claim for claim in written()}
    for verdict in run.verdicts if run else ():
        known = found.get(verdict.id) or Claim(verdict.id, verdict.number, verdict.titles, verdict.statements)
        found[verdict.id] = replace(
            known,
            titles=verdict.titles or known.titles,
            statements=verdict.statements or known.statements,
            verdict=verdict,
        )
    return sorted(found.values(), key=lambda claim: (claim.number, claim.id))


def count(claims: list[Claim]) -> list[tuple[str, int]]:
    """How many have each verdict; verdicts that nobody has are left out."""
    counted = Counter(claim.outcome for claim in claims)
    return [(verdict, counted[verdict]) for verdict in VERDICTS if counted[verdict]]


@lru_cache(maxsize=1)
def written() -> tuple[Claim, ...]:
    """What claims.toml holds; none where it cannot be read."""
    try:
        listed = lab_claims.load()
    except DeployError:
        return ()
    return tuple(
        Claim(
            claim.id, claim.number, claim.title, claim.statement, claim.experiments, tuple(map(_threshold, claim.tests))
        )
        for claim in listed
    )


def _threshold(test: lab_claims.Comparison) -> Test:
    return Test(test.says, test.unit, test.relation, test.threshold, None, None, None, "missing", test.role)
