"""TOML files that people write, read strictly: every complaint begins with the file and the key."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, TypeVar, overload

from deploy.errors import DeployError

T = TypeVar("T")
KINDS = {str: "a text in quotes", dict: "a table", list: "a list", int: "a whole number", bool: "true or false"}


class Table:
    """One table of a file. What is taken from it is there and of the right kind, or DeployError says what to mend."""

    def __init__(self, file: str, content: dict[str, Any], where: str = "") -> None:
        self.content = content
        self._file = file
        self._where = where

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def __iter__(self) -> Iterator[str]:
        return iter(self.content)

    def error(self, key: str, complaint: str) -> DeployError:
        return DeployError(f"{self._file}: {self._path(key)} {complaint}")

    def only(self, known: Collection[str]) -> None:
        for key in self:
            if key not in known:
                raise self.error(key, f"is not known here; known are: {', '.join(sorted(known))}")

    @overload
    def take(self, key: str, kind: type[T]) -> T: ...
    @overload
    def take(self, key: str, kind: type[T], default: T) -> T: ...
    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        value = self.content.get(key, default)
        if value is None:
            raise self.error(key, "is missing")
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(key, f"must be {KINDS[kind]}")
        return value

    def one_of(self, key: str, known: Collection[str]) -> str:
        value = self.take(key, str)
        if value not in known:
            raise self.error(key, f'must be one of {", ".join(known)}, not "{value}"')
        return value

    def number(self, key: str, default: float | None = None) -> float:
        value = self.content.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, "is missing" if value is None else "must be a number")
        return float(value)

    def texts(self, key: str, *, optional: bool = False) -> dict[str, str]:
        """A table of texts alone."""
        inner = self.table(key, optional=optional)
        return {name: inner.take(name, str) for name in inner}

    def words(self, key: str, *, optional: bool = False) -> tuple[str, ...]:
        """A list of texts that are not empty."""
        words = self.take(key, list, []) if optional else self.take(key, list)
        if not all(isinstance(word, str) and word for word in words):
            raise self.error(key, "must be a list of words")
        return tuple(words)

    def command(self, key: str) -> tuple[str, ...]:
        if not (words := self.words(key)):
            raise self.error(key, "must be a list of words, with at least the program")
        return words

    def table(self, key: str, *, optional: bool = False) -> Table:
        content = self.take(key, dict, {}) if optional else self.take(key, dict)
        return Table(self._file, content, self._path(key))

    def tables(self, key: str) -> list[Table]:
        """``[[key]]``; in complaints they are counted from 1."""
        found = []
        for place, content in enumerate(self.take(key, list), start=1):
            name = f"{key}[{place}]"
            if not isinstance(content, dict):
                raise self.error(name, "must be a table")
            found.append(Table(self._file, content, self._path(name)))
        return found

    def _path(self, key: str) -> str:
        return ".".join(filter(None, [self._where, key]))


def read(file: Path) -> Table:
    """A whole file. Raises DeployError where it cannot be read or is not TOML."""
    try:
        return Table(file.name, tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeployError(f"{file.name}: not valid TOML: {error}") from error
    except OSError as error:
        raise DeployError(f"{file} cannot be read: {error.strerror}") from error
