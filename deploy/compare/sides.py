"""Two topologies side by side: who answers what, and every setting beside the one that means the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from deploy.topology import FILES, PATHS, Topology

LEFT, RIGHT = "split", "all_asgi"


@dataclass(frozen=True)
class Setting:
    """A value, whose it is where several have one, and why it is so."""

    value: str
    reason: str = ""


@dataclass(frozen=True)
class Row:
    meaning: str
    left: tuple[Setting, ...]
    right: tuple[Setting, ...]

    @property
    def differs(self) -> bool:
        return [setting.value for setting in self.left] != [setting.value for setting in self.right]


@dataclass(frozen=True)
class Group:
    title: str
    rows: tuple[Row, ...]


def choose(left: str, right: str, known: Sequence[str]) -> tuple[str, str]:
    """Two names that there are: the asked-for ones, or the pair that tells most."""
    preferred = [name for name in (LEFT, RIGHT, *known) if name in known]
    chosen = left if left in known else preferred[0]
    return chosen, right if right in known else next((name for name in preferred if name != chosen), chosen)


def side_by_side(left: Topology, right: Topology) -> list[Group]:
    return [_paths(left, right)]


def _paths(left: Topology, right: Topology) -> Group:
    rows = [Row(path, _answering(left, path), _answering(right, path)) for path in PATHS]
    return Group(_("Who answers which path"), (*rows,))


def _answering(topology: Topology, path: str) -> tuple[Setting, ...]:
    target = topology.routes[path]
    if target == FILES:
        return (Setting(_("%(server)s, from disk") % {"server": topology.front.server}),)
    process = topology.process(target)
    return (Setting(f"{process.server} ({process.interface.upper()})"),)
