"""docs/laboratory.md tells of every experiment, and of the claims that stand on it."""

import re
from pathlib import Path

from deploy.lab import claims
from deploy.lab.experiments import ALL

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "laboratory.md"


def told() -> dict[str, set[int]]:
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([\d, ]+) \|$", PAGE.read_text(), re.MULTILINE)
    return {name: {int(number) for number in numbers.split(",")} for name, numbers in rows}


def test_every_experiment_is_told_of() -> None:
    assert set(told()) == set(ALL)


def test_each_experiment_names_the_claims_that_stand_on_it() -> None:
    asked: dict[str, set[int]] = {}
    for claim in claims.load():
        for name in claim.experiments:
            asked.setdefault(name, set()).add(claim.number)
    assert told() == {name: asked.get(name, set()) for name in ALL}
