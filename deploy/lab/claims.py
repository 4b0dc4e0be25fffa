"""What people say, and what would decide whether it is true: claims.toml, read strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from deploy.errors import DeployError

FILE = Path(__file__).with_name("claims.toml")
LANGUAGES = ("en", "es")
ROLES = ("must", "limit")
RELATIONS = ("at_least", "at_most")

T = TypeVar("T")
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
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeployError(f"{file.name}: not valid TOML: {error}") from error
    except OSError as error:
        raise DeployError(f"{file} cannot be read: {error.strerror}") from error
    tables = content.pop("claims", None)
    if content or not isinstance(tables, list) or not tables:
        raise DeployError(f"{file.name}: holds [[claims]] and nothing else")
    claims = [_Reader(file.name, f"claims[{place}]").claim(table) for place, table in enumerate(tables, start=1)]
    for key in ("id", "number"):
        values = [getattr(claim, key) for claim in claims]
        if twice := [value for value in values if values.count(value) > 1]:
            raise DeployError(f"{file.name}: two claims have the {key} {twice[0]}")
    return sorted(claims, key=lambda claim: claim.number)


class _Reader:
    """Turns one claim's table into a Claim; every complaint begins with the file, the claim and the key."""

    def __init__(self, file: str, where: str) -> None:
        self._file = file
        self._where = where

    def claim(self, table: Any) -> Claim:
        if not isinstance(table, dict):
            raise self._error("", "must be a table")
        self._where = str(table.get("id", self._where))
        self._only(table, "", {"number", "id", "experiments", "title", "statement", "condition", "tests"})
        tests = tuple(
            self._test(f"tests[{place}]", test) for place, test in enumerate(self._take(table, "", "tests", list), 1)
        )
        experiments = tuple(self._take(table, "", "experiments", list))
        if not any(test.role == "must" for test in tests):
            raise self._error("tests", 'needs one with the role "must": what decides the claim')
        for test in tests:
            if test.of.experiment() not in experiments:
                raise self._error("experiments", f'does not name "{test.of.experiment()}", on which a test stands')
        return Claim(
            number=self._take(table, "", "number", int),
            id=self._take(table, "", "id", str),
            title=self._text(table, "", "title"),
            statement=self._text(table, "", "statement"),
            condition=self._text(table, "", "condition"),
            experiments=experiments,
            tests=tests,
        )

    def _test(self, where: str, table: Any) -> Comparison:
        if not isinstance(table, dict):
            raise self._error(where, "must be a table")
        self._only(table, where, {"says", "metric", "of", "per", "unit", "role", *RELATIONS})
        relations = [relation for relation in RELATIONS if relation in table]
        if len(relations) != 1:
            raise self._error(where, "needs either at_least or at_most")
        threshold = table[relations[0]]
        if isinstance(threshold, bool) or not isinstance(threshold, int | float):
            raise self._error(f"{where}.{relations[0]}", "must be a number")
        if (role := self._take(table, where, "role", str)) not in ROLES:
            raise self._error(f"{where}.role", f'must be one of {", ".join(ROLES)}, not "{role}"')
        return Comparison(
            says=self._text(table, where, "says"),
            metric=self._take(table, where, "metric", str),
            of=self._selector(table, where),
            per=self._per(table, where) if "per" in table else None,
            relation=relations[0],
            threshold=float(threshold),
            unit=self._take(table, where, "unit", str),
            role=role,
        )

    def _selector(self, table: dict[str, Any], where: str) -> Selector:
        wanted = {}
        for key, value in self._take(table, where, "of", dict).items():
            values = value if isinstance(value, list) else [value]
            if not values or not all(_is_plain(one) for one in values):
                raise self._error(f"{where}.of.{key}", "must be a text, a number or a list of such")
            wanted[key] = tuple(values)
        if len(wanted.get("experiment", ())) != 1 or not isinstance(wanted["experiment"][0], str):
            raise self._error(f"{where}.of.experiment", "must name one experiment")
        return Selector(wanted)

    def _per(self, table: dict[str, Any], where: str) -> dict[str, Value]:
        values = self._take(table, where, "per", dict)
        for key, value in values.items():
            if not _is_plain(value):
                raise self._error(f"{where}.per.{key}", "must be a text or a number")
        return values

    def _text(self, table: dict[str, Any], where: str, key: str) -> dict[str, str]:
        path = ".".join(filter(None, [where, key]))
        texts = self._take(table, where, key, dict)
        self._only(texts, path, set(LANGUAGES))
        return {language: self._take(texts, path, language, str) for language in LANGUAGES}

    def _take(self, table: dict[str, Any], where: str, key: str, kind: type[T]) -> T:
        path = ".".join(filter(None, [where, key]))
        if key not in table:
            raise self._error(path, "is missing")
        value = table[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self._error(path, f"must be a {kind.__name__}")
        return value

    def _only(self, table: dict[str, Any], where: str, known: set[str]) -> None:
        for key in table:
            if key not in known:
                path = ".".join(filter(None, [where, key]))
                raise self._error(path, f"is not known here; known are: {', '.join(sorted(known))}")

    def _error(self, key: str, complaint: str) -> DeployError:
        return DeployError(f"{self._file}: {': '.join(filter(None, [self._where, key]))} {complaint}")


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)
