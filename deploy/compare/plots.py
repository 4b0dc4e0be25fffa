"""Turns measured cells into a plot and the table behind it: which cells, under which names, in which colours."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deploy.compare import words
from deploy.compare.figure_specs import Spec
from deploy.compare.runs import Cell, Figure
from deploy.compare.subjects import NO_SERVER, Subject

# What differs between servers by nature, or repeats a measurement; neither is the reader's to choose.
NOT_CHOSEN = {"threads", "again", "signal"}
# Along a line over a metric the load grows; a rate that is the same for all is no point of that line.
LOAD = "load"
COLOURS = 6
MOST_ROWS = 300

Value = str | int | float
# Server and peer, threads, and the values of the keys that the figure names.
Key = tuple[Value, ...]


@dataclass(frozen=True)
class Choice:
    """A key that the reader may set, its values, and the one that is shown."""

    key: str
    values: tuple[Value, ...]
    chosen: Value

    @property
    def label(self) -> str:
        return words.key(self.key)

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        return [(str(value), words.value(self.key, value), value == self.chosen) for value in self.values]


@dataclass(frozen=True)
class Series:
    name: str
    interface: str
    colour: int
    points: tuple[tuple[float, Figure], ...]

    @property
    def swatch(self) -> str:
        """The class that has its colour; ``data`` names it too, so that colours stand in one place, the style sheet."""
        return f"plot-colour-{self.colour}"


@dataclass(frozen=True)
class Table:
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int


@dataclass(frozen=True)
class Plot:
    spec: Spec
    choices: tuple[Choice, ...]
    series: tuple[Series, ...]
    table: Table
    rounds: int
    cells: tuple[Cell, ...] = field(repr=False)

    @property
    def is_lines(self) -> bool:
        return bool(self.spec.x)

    @property
    def data_id(self) -> str:
        return f"data-{self.spec.name}"

    @property
    def size(self) -> int:
        """How many bars there are, in steps that the style sheet has a height for."""
        return min(-(-len(self.series) // 4) * 4, 24)

    @property
    def data(self) -> dict[str, Any]:
        """What the browser draws: numbers and names only."""
        return {
            "kind": "lines" if self.is_lines else "bars",
            "x": words.metric(self.spec.x_metric) if self.spec.x_metric else words.key(self.spec.x),
            "y": words.metric(self.spec.metric),
            "series": [
                {
                    "name": series.name,
                    "interface": series.interface,
                    "colour": series.swatch,
                    "points": [[x, figure.median, figure.low, figure.high] for x, figure in series.points],
                }
                for series in self.series
            ],
        }


def build(cells: Iterable[Cell], spec: Spec, asked: Mapping[str, str]) -> Plot | None:
    """The plot of what was measured, narrowed down to what was asked for; None where nothing was measured."""
    wanted = [cell for cell in cells if _belongs(cell, spec)]
    if not wanted:
        return None
    choices, shown = _narrow(wanted, spec, asked)
    shown.sort(
        key=lambda cell: (Subject(cell.server, cell.peer).rank, cell.peer, _numbers_first(cell.case.get(spec.x)))
    )
    names = _names(shown, spec)
    rounds = max(cell.metrics[spec.metric].n for cell in shown)
    return Plot(spec, tuple(choices), _series(shown, spec, names), _table(shown, spec), rounds, tuple(shown))


def _belongs(cell: Cell, spec: Spec) -> bool:
    if cell.experiment != spec.experiment or spec.metric not in cell.metrics or "again" in cell.case:
        return False
    if spec.x_metric and (spec.x_metric not in cell.metrics or cell.case.get(LOAD) == "common"):
        return False
    return all(cell.case.get(key) == value for key, value in spec.only.items())


def _narrow(cells: list[Cell], spec: Spec, asked: Mapping[str, str]) -> tuple[list[Choice], list[Cell]]:
    """One value for each key that differs, one key after the other, so that something is always left."""
    fixed = NOT_CHOSEN | {spec.x, *spec.only, *spec.named} | ({LOAD} if spec.x_metric else set())
    choices = []
    for key in sorted({key for cell in cells for key in cell.case} - fixed, key=_order(spec)):
        values = sorted({cell.case.get(key, "") for cell in cells}, key=_numbers_first)
        if len(values) > 1:
            chosen = _choose(values, asked.get(key), spec.preferred.get(key))
            choices.append(Choice(key, tuple(values), chosen))
            cells = [cell for cell in cells if cell.case.get(key, "") == chosen]
    return choices, cells


def _order(spec: Spec) -> Any:
    preferred = list(spec.preferred)
    return lambda key: (preferred.index(key) if key in preferred else len(preferred), key)


def _choose(values: Sequence[Value], asked: str | None, preferred: Value | None) -> Value:
    by_text = {str(value): value for value in values}
    if asked in by_text:
        return by_text[asked]
    return preferred if preferred in values and preferred is not None else values[0]


def _numbers_first(value: Value | None) -> tuple[bool, float, str]:
    return (False, float(value), "") if isinstance(value, int | float) else (True, 0, str(value))


def _names(cells: list[Cell], spec: Spec) -> Mapping[Key, tuple[str, int]]:
    """A name and a colour for each line or bar: by server, by peer, or by both, whatever tells them apart."""
    subjects = {(cell.server, cell.peer): Subject(cell.server, cell.peer) for cell in cells}
    servers, peers = defaultdict(set), defaultdict(set)
    for subject in subjects.values():
        servers[subject.interface].add(subject.server)
        peers[subject.interface].add(subject.peer)
    by_server = all(len(names) == 1 for names in peers.values())
    by_peer = not by_server and all(len(names) == 1 for names in servers.values())
    found = {}
    for cell in cells:
        subject = subjects[cell.server, cell.peer]
        parts = [subject.peer_title] if by_peer else [subject.server_title]
        if not by_server and not by_peer:
            parts.append(subject.peer_title)
        threads = cell.case.get("threads", 1)
        parts += [words.value(key, cell.case[key]) for key in spec.named if key in cell.case]
        name = " · ".join(filter(None, parts)) + (f" × {threads}" if threads != 1 else "")
        found[_key(cell, spec)] = (name, (subject.place[1] if by_peer else subject.place[0]) % COLOURS)
    return found


def _key(cell: Cell, spec: Spec) -> Key:
    return cell.server, cell.peer, cell.case.get("threads", 1), *(cell.case.get(key, "") for key in spec.named)


def _series(cells: list[Cell], spec: Spec, names: Mapping[Key, tuple[str, int]]) -> tuple[Series, ...]:
    points: dict[Key, list[tuple[float, Figure]]] = defaultdict(list)
    for cell in cells:
        x = cell.metrics[spec.x_metric].median if spec.x_metric else cell.case.get(spec.x, 0)
        if isinstance(x, int | float):
            points[_key(cell, spec)].append((x, cell.metrics[spec.metric]))
    found = [
        Series(
            names[key][0],
            Subject(str(key[0]), str(key[1])).interface,
            names[key][1],
            tuple(sorted(pairs, key=lambda pair: pair[0])),
        )
        for key, pairs in points.items()
    ]
    if not spec.x:
        # Bars from the longest to the shortest, each kind by itself; a stable sort keeps the kinds where they are.
        kinds = list(dict.fromkeys(series.interface for series in found))
        found.sort(key=lambda series: (kinds.index(series.interface), -series.points[0][1].median))
    return tuple(found)


def _table(cells: list[Cell], spec: Spec) -> Table:
    """A row a cell: who, what differs, and every metric with its interval."""
    seen = Counter(name for cell in cells for name in cell.metrics)
    columns = [name for name in spec.columns if name in seen] or [spec.metric, *(set(seen) - {spec.metric})]
    columns = columns if spec.columns else [columns[0], *sorted(columns[1:])]
    keys = sorted({key for cell in cells for key in cell.case if len({c.case.get(key) for c in cells}) > 1})
    # The handler alone has no server; where all are alike, nobody has to be named.
    has_server = any(cell.server != NO_SERVER for cell in cells)
    has_peers = len({cell.peer for cell in cells}) > 1
    who = [*(["server"] if has_server else []), *(["peer"] if has_peers or not has_server else []), "interface"]
    headers = [words.metric(name) for name in columns]
    rows = []
    for cell in cells[:MOST_ROWS]:
        subject = Subject(cell.server, cell.peer)
        titles = {"server": subject.server_title, "peer": subject.peer_title, "interface": subject.interface.upper()}
        row = [titles[name] or "–" for name in who]
        row += [words.value(key, cell.case[key]) if key in cell.case else "–" for key in keys]
        row += [words.figure(name, cell.metrics[name]) if name in cell.metrics else "–" for name in columns]
        rows.append(tuple(row))
    return Table(
        (*(words.key(name) for name in [*who, *keys]), *headers),
        tuple(rows),
        max(0, len(cells) - MOST_ROWS),
    )
