"""Two topologies side by side: who answers what, and every setting beside the one that means the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from deploy.compare import words
from deploy.errors import DeployError
from deploy.meanings import Meaning, meanings
from deploy.topology import FILES, PATHS, Process, Topology, load

LEFT, RIGHT = "split", "all_asgi"


@dataclass(frozen=True)
class Setting:
    """A value as its server writes it, and why it is so."""

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
    """The paths first; then whoever answers pages, whoever answers sockets, and the worker, question by question."""
    doors = [
        (_("Who answers pages"), "/"),
        (_("Who answers live connections"), "/ws/"),
        (_("Who works in the background"), ""),
    ]
    return [_paths(left, right), *(_door(title, left, right, path) for title, path in doors)]


def _door(title: str, left: Topology, right: Topology, path: str) -> Group:
    answers = [_answers(topology, _process(topology, path)) for topology in (left, right)]
    rows = [
        Row(words.meaning(question), answers[0].get(question, ()), answers[1].get(question, ()))
        for question in dict.fromkeys([*answers[0], *answers[1]])
    ]
    return Group(title, tuple(rows))


def _process(topology: Topology, path: str) -> Process | None:
    """Who answers that path; without one, the worker. None where there is none."""
    if path:
        return topology.process(topology.routes[path])
    return next((process for process in topology.processes if process.interface == "worker"), None)


def _answers(topology: Topology, process: Process | None) -> dict[str, tuple[Setting, ...]]:
    """What a process says to each question."""
    if process is None:
        return {}
    stop = _("%(signal)s, and killed after %(seconds)s s")
    answers: dict[str, tuple[Setting, ...]] = {
        "server": (Setting(f"{process.server} ({process.interface})"),),
        "command": (Setting(" ".join(process.command)),),
    }
    answers |= {
        said.meaning: (Setting(said.value, said.reason),) for said in _said(topology) if said.process == process.name
    }
    told = {"signal": process.stop_signal.name, "seconds": f"{process.stop_seconds:g}"}
    answers["told to stop"] = (Setting(stop % told),)
    if process.environment:
        answers["environment"] = tuple(Setting(f"{key}={value}") for key, value in process.environment.items())
    return answers


def _said(topology: Topology) -> tuple[Meaning, ...]:
    """A server's file that cannot be understood is the deployment's to complain of; here its settings are left out."""
    try:
        return _read(topology.name)
    except DeployError:
        return ()


@lru_cache(maxsize=32)
def _read(name: str) -> tuple[Meaning, ...]:
    """The files change with the code, so a process reads them once."""
    return tuple(meanings(load(name)))


def _paths(left: Topology, right: Topology) -> Group:
    rows = [Row(path, _answering(left, path), _answering(right, path)) for path in PATHS]
    return Group(_("Who answers which path"), (*rows,))


def _answering(topology: Topology, path: str) -> tuple[Setting, ...]:
    target = topology.routes[path]
    if target == FILES:
        return (Setting(_("%(server)s, from disk") % {"server": topology.front.server}),)
    process = topology.process(target)
    return (Setting(f"{process.server} ({process.interface.upper()})"),)
