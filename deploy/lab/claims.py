"""What people say, and what would decide whether it is true: claims.toml, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.errors import DeployError
from deploy.tables import Table, read

FILE = Path(__file__).with_name("claims.toml")
LANGUAGES = ("en", "es")
ROLES = ("must", "limit")
RELATIONS = ("at_least", "at_most")

# English and Spanish, by "en" and "es".
Text = Mapping[str, str]
Value = str | int | float


@dataclass(frozen=True)
class Selector:
    """Cells of a run's summary: each key ("experiment", "server", "peer" or one of a case) with the values that are
    wanted. A key that it does not name may have any value."""

    wanted: Mapping[str, tuple[Value, ...]]

    def experiment(self) -> str:
        return str(self.wanted["experiment"][0])


@dataclass(frozen=True)
class Comparison:
    """One figure against a threshold. ``per`` is what the selected cells are divided by, in the same round; what it
    does not name is as in the cell of ``of``."""

    says: Text
    metric: str
    of: Selector
    per: Mapping[str, Value] | None
    relation: str
    threshold: float
    unit: str
    role: str


@dataclass(frozen=True)
class Claim:
    number: int
    id: str
    title: Text
    statement: Text
    condition: Text
    experiments: tuple[str, ...]
    tests: tuple[Comparison, ...]


def load(file: Path = FILE) -> list[Claim]:
    """All claims by their number. Raises DeployError, which names the file, the claim and the key."""
    content = read(file)
    if list(content) != ["claims"] or not isinstance(content.content["claims"], list):
        raise DeployError(f"{file.name}: holds [[claims]] and nothing else")
    claims = [_claim(_named(table, file.name)) for table in content.tables("claims")]
    for key in ("id", "number"):
        values = [getattr(claim, key) for claim in claims]
        if twice := [value for value in values if values.count(value) > 1]:
            raise DeployError(f"{file.name}: two claims have the {key} {twice[0]}")
    return sorted(claims, key=lambda claim: claim.number)


def _named(table: Table, file: str) -> Table:
    """The same table, whose complaints name the claim by its id and not by its place."""
    return Table(f"{file}: {table.take('id', str)}", table.content)


def _claim(table: Table) -> Claim:
    table.only({"number", "id", "experiments", "title", "statement", "condition", "tests"})
    tests = tuple(_comparison(test) for test in table.tables("tests"))
    experiments = table.words("experiments")
    if not any(test.role == "must" for test in tests):
        raise table.error("tests", 'needs one with the role "must": what decides the claim')
    for test in tests:
        if test.of.experiment() not in experiments:
            raise table.error("experiments", f'does not name "{test.of.experiment()}", on which a test stands')
    return Claim(
        number=table.take("number", int),
        id=table.take("id", str),
        title=_text(table, "title"),
        statement=_text(table, "statement"),
        condition=_text(table, "condition"),
        experiments=experiments,
        tests=tests,
    )


def _comparison(table: Table) -> Comparison:
    table.only({"says", "metric", "of", "per", "unit", "role", *RELATIONS})
    relations = [relation for relation in RELATIONS if relation in table]
    if len(relations) != 1:
        raise table.error("", "needs either at_least or at_most")
    return Comparison(
        says=_text(table, "says"),
        metric=table.take("metric", str),
        of=_selector(table.table("of")),
        per=_per(table.table("per")) if "per" in table else None,
        relation=relations[0],
        threshold=table.number(relations[0]),
        unit=table.take("unit", str),
        role=table.one_of("role", ROLES),
    )


def _selector(table: Table) -> Selector:
    wanted = {}
    for key, value in table.content.items():
        values = value if isinstance(value, list) else [value]
        if not values or not all(_is_plain(one) for one in values):
            raise table.error(key, "must be a text, a number or a list of such")
        wanted[key] = tuple(values)
    if len(wanted.get("experiment", ())) != 1 or not isinstance(wanted["experiment"][0], str):
        raise table.error("experiment", "must name one experiment")
    return Selector(wanted)


def _per(table: Table) -> dict[str, Value]:
    for key, value in table.content.items():
        if not _is_plain(value):
            raise table.error(key, "must be a text or a number")
    return table.content


def _text(table: Table, key: str) -> dict[str, str]:
    texts = table.table(key)
    texts.only(LANGUAGES)
    return {language: texts.take(language, str) for language in LANGUAGES}


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)
