"""What a picture is made of before it is drawn: bars, lines or a grid of words.

The same panels become tables, and the texts of those who do not see the picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.lab.statistics import Estimate
from deploy.lab.wording import number, told, with_unit

Text = Mapping[str, str] | str
GOOD, BAD, PLAIN = "good", "bad", "plain"


@dataclass(frozen=True)
class Bar:
    label: Text
    # wsgi, asgi or both: the colour.
    interface: str
    figure: Estimate


@dataclass(frozen=True)
class Bars:
    title: Text
    unit: str
    bars: tuple[Bar, ...]
    logarithmic: bool = False

    def rows(self, language: str) -> list[list[str]]:
        return [
            ["", told(self.title, language)],
            *([told(bar.label, language), with_unit(bar.figure.median, self.unit, language)] for bar in self.bars),
        ]

    def told(self, language: str) -> str:
        figures = [
            f"{told(bar.label, language)} {with_unit(bar.figure.median, self.unit, language)}" for bar in self.bars
        ]
        return f"{told(self.title, language)}: {'; '.join(figures)}."


@dataclass(frozen=True)
class Line:
    label: Text
    interface: str
    points: tuple[tuple[float, Estimate], ...]


@dataclass(frozen=True)
class Lines:
    """``unit`` is that of the figures; both axes are logarithmic."""

    title: Text
    across: Text
    unit: str
    lines: tuple[Line, ...]

    def rows(self, language: str) -> list[list[str]]:
        places = sorted({place for line in self.lines for place, _ in line.points})
        rows = [[f"{told(self.title, language)} \\ {told(self.across, language)}"]]
        rows[0] += [number(place, language) for place in places]
        for line in self.lines:
            figures = dict(line.points)
            cells = [
                with_unit(figures[place].median, self.unit, language) if place in figures else "–" for place in places
            ]
            rows.append([told(line.label, language), *cells])
        return rows

    def told(self, language: str) -> str:
        parts = []
        for line in self.lines:
            if line.points:
                (first, low), (last, high) = line.points[0], line.points[-1]
                ends = (
                    f"{number(first, language)}: {with_unit(low.median, self.unit, language)}, "
                    f"{number(last, language)}: {with_unit(high.median, self.unit, language)}"
                )
                parts.append(f"{told(line.label, language)} ({ends})")
        return f"{told(self.title, language)}, {told(self.across, language)}: {'; '.join(parts)}."


@dataclass(frozen=True)
class Spot:
    text: Text
    mood: str = PLAIN


@dataclass(frozen=True)
class Grid:
    title: Text
    columns: tuple[Text, ...]
    lines: tuple[tuple[Text, tuple[Spot, ...]], ...]

    def rows(self, language: str) -> list[list[str]]:
        head = ["", *(told(column, language) for column in self.columns)]
        body = [[told(label, language), *(told(spot.text, language) for spot in spots)] for label, spots in self.lines]
        return [head, *body]

    def told(self, language: str) -> str:
        head, *body = self.rows(language)
        parts = [
            f"{label} ({', '.join(f'{column} {spot}' for column, spot in zip(head[1:], spots, strict=True))})"
            for label, *spots in body
        ]
        return f"{told(self.title, language)}: {'; '.join(parts)}."


Panel = Bars | Lines | Grid
