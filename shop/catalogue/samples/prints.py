"""What the sample prints are called and how each is drawn: read from prints/*.toml, one file a family."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from shop.catalogue.samples.drawing import Recipe

FOLDER = Path(__file__).parent / "prints"


@dataclass(frozen=True)
class Text:
    """The same in both languages."""

    en: str
    es: str


@dataclass(frozen=True)
class Place:
    """A category: a family of prints, or a room that they suit."""

    path: str
    name: Text
    description: Text
    position: int


@dataclass(frozen=True)
class Print:
    handle: str
    recipe: Recipe
    name: Text
    description: Text
    alt: Text
    vendor: str
    family: Place
    rooms: tuple[Place, ...]
    tags: tuple[str, ...]


def _text(words: list[str]) -> Text:
    english, spanish = words
    return Text(english, spanish)


def _place(path: str, row: dict[str, Any]) -> Place:
    return Place(path, _text(row["name"]), _text(row["description"]), row["position"])


@cache
def places() -> dict[str, Place]:
    """The categories of both branches by path, parents before children."""
    table = tomllib.loads((FOLDER.parent / "places.toml").read_text(encoding="utf-8"))
    found = {path: _place(path, row) for path, row in table.items()}
    return dict(sorted(found.items(), key=lambda item: item[0].count("/")))


def _print(row: dict[str, Any], vendor: str, family: Place) -> Print:
    recipe = Recipe(
        drawing=row["drawing"],
        palette=row["palette"],
        seed=row["seed"],
        shape=row.get("shape", "portrait"),
        margin=row.get("margin", 0.0),
        numbers=row.get("numbers", {}),
    )
    return Print(
        handle=row["handle"],
        recipe=recipe,
        name=_text(row["name"]),
        description=_text(row["text"]),
        alt=_text(row["alt"]),
        vendor=vendor,
        family=family,
        rooms=tuple(places()[f"rooms/{room}"] for room in row["rooms"]),
        tags=tuple(row["tags"]),
    )


def _family(path: Path) -> list[Print]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    family = places()[f"prints/{path.stem}"]
    return [_print(row, table["vendor"], family) for row in table["print"]]


@cache
def all_prints() -> tuple[Print, ...]:
    """All prints, the first of every family first: each file begins with its best."""
    families = [_family(path) for path in sorted(FOLDER.glob("*.toml"))]
    return tuple(found for found in chain.from_iterable(zip_longest(*families)) if found)
