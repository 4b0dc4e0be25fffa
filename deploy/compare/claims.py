"""The claims as they were written down before any run, and what a run has to say to each."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from deploy.compare.reading import words_of
from deploy.compare.runs import Run, Verdict, tell

FILE = Path(__file__).resolve().parent.parent / "lab" / "claims.toml"
# From the clearest answer to none; a verdict that this version does not know counts as untested.
VERDICTS = ("holds", "conditional", "fails", "undecided", "untested")


@dataclass(frozen=True)
class Claim:
    """One claim as people say it, with its verdict in a run, if there is one."""

    id: str
    number: int
    titles: Mapping[str, str]
    statements: Mapping[str, str]
    experiments: tuple[str, ...]
    verdict: Verdict | None = None

    @property
    def title(self) -> str:
        return tell(self.titles) or self.id

    @property
    def statement(self) -> str:
        return tell(self.statements)

    @property
    def outcome(self) -> str:
        """One of VERDICTS."""
        return self.verdict.verdict if self.verdict and self.verdict.verdict in VERDICTS else "untested"


def claims_of(run: Run | None) -> list[Claim]:
    """Every claim in its order, with the run's verdict. Claims that only the run knows come along."""
    found = {claim.id: claim for claim in written()}
    for verdict in run.verdicts if run else ():
        known = found.get(verdict.id)
        titles, statements = verdict.titles, verdict.statements
        experiments = known.experiments if known else ()
        number = verdict.number or (known.number if known else 0)
        found[verdict.id] = Claim(verdict.id, number, titles, statements, experiments, verdict)
    return sorted(found.values(), key=lambda claim: (claim.number, claim.id))


def count(claims: list[Claim]) -> list[tuple[str, int]]:
    """How many have each verdict; verdicts that nobody has are left out."""
    counted = Counter(claim.outcome for claim in claims)
    return [(verdict, counted[verdict]) for verdict in VERDICTS if counted[verdict]]


@lru_cache(maxsize=1)
def written() -> tuple[Claim, ...]:
    """What claims.toml holds. The laboratory reads it strictly; a page only wants the words."""
    try:
        content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    return tuple(_claim(table) for table in content.get("claims", []))


def _claim(table: Mapping[str, Any]) -> Claim:
    texts = words_of(table.get("title")), words_of(table.get("statement"))
    experiments = tuple(str(name) for name in table.get("experiments", []))
    return Claim(str(table.get("id", "")), int(table.get("number", 0)), *texts, experiments)
