"""Topologies: one TOML file for each way of running the site. Read strictly: what is not understood is an error."""

from __future__ import annotations

import re
import signal
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from deploy.errors import DeployError

FOLDER = Path(__file__).parent / "topologies"
PATHS = ("/static/", "/media/", "/ws/", "/chat/", "/")
FILES = "files"
INTERFACES = ("wsgi", "asgi", "worker")
PROCESS_KEYS = {"interface", "server", "command", "ready", "stop_seconds", "stop_signal", "environment"}
# What people read; [translations.es] may tell it in Spanish.
TOLD = ("title", "description")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

T = TypeVar("T")


@dataclass(frozen=True)
class Process:
    """One process and what its supervisor has to know. It has a port if its command names ``{port}``."""

    name: str
    interface: str
    server: str
    command: tuple[str, ...]
    ready: str
    stop_seconds: float
    environment: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def has_port(self) -> bool:
        return any("{port}" in word for word in self.command)


@dataclass(frozen=True)
class Front:
    """Who listens on the front door: a server before the others (nginx), or one of the processes itself."""

    server: str
    process: str
    otherwise: str


@dataclass(frozen=True)
class Topology:
    name: str
    title: str
    description: str
    front: Front
    routes: Mapping[str, str]
    environment: Mapping[str, str]
    processes: tuple[Process, ...]

    def process(self, name: str) -> Process:
        return next(process for process in self.processes if process.name == name)


def names(folder: Path = FOLDER) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.toml"))


def load(name: str, folder: Path = FOLDER, *, language: str = "en") -> Topology:
    """The topology of that name, told in ``language`` where its file does. Raises DeployError, which names the file
    and the key."""
    if name not in names(folder):
        raise DeployError(f'there is no topology "{name}"; there are: {", ".join(names(folder))}')
    path = folder / f"{name}.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeployError(f"{path.name}: not valid TOML: {error}") from error
    return _Reader(path.name).topology(name, content, language)


class _Reader:
    """Turns one file's tables into a Topology; every complaint begins with the file and the key."""

    def __init__(self, file: str) -> None:
        self._file = file

    def topology(self, name: str, content: dict[str, Any], language: str) -> Topology:
        known = {"title", "description", "translations", "front", "routes", "environment", "processes"}
        self._only(content, "", known)
        tables = self._take(content, "", "processes", dict)
        if not tables:
            raise self._error("processes", "names no process")
        processes = tuple(self._process(key, table) for key, table in tables.items())
        told = {key: self._take(content, "", key, str) for key in TOLD} | self._translations(content).get(language, {})
        topology = Topology(
            name=name,
            title=told["title"],
            description=" ".join(told["description"].split()),
            front=self._front(self._take(content, "", "front", dict), {process.name for process in processes}),
            routes=self._words(content, "", "routes"),
            environment=self._words(content, "", "environment", optional=True),
            processes=processes,
        )
        self._check_routes(topology)
        self._check_placeholders(topology)
        return topology

    def _translations(self, content: dict[str, Any]) -> dict[str, dict[str, str]]:
        tables = self._take(content, "", "translations", dict, default={})
        for language in tables:
            self._only(self._words(tables, "translations", language), f"translations.{language}", set(TOLD))
        return tables

    def _process(self, name: str, table: Any) -> Process:
        where = f"processes.{name}"
        if not isinstance(table, dict):
            raise self._error(where, "must be a table")
        self._only(table, where, PROCESS_KEYS)
        interface = self._take(table, where, "interface", str)
        if interface not in INTERFACES:
            raise self._error(f"{where}.interface", f'must be one of {", ".join(INTERFACES)}, not "{interface}"')
        command = self._take(table, where, "command", list)
        if not command or not all(isinstance(word, str) and word for word in command):
            raise self._error(f"{where}.command", "must be a list of words, with at least the program")
        seconds = table.get("stop_seconds", 10)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds <= 0:
            raise self._error(f"{where}.stop_seconds", "must be a number above 0")
        ready = self._take(table, where, "ready", str, default="")
        if ready and "{port}" not in " ".join(command):
            raise self._error(f"{where}.ready", "needs a command with {port}: it is asked over HTTP")
        server = self._take(table, where, "server", str)
        environment = self._words(table, where, "environment", optional=True)
        stop_signal = self._signal(table, where)
        return Process(name, interface, server, tuple(command), ready, float(seconds), environment, stop_signal)

    def _signal(self, table: dict[str, Any], where: str) -> signal.Signals:
        name = self._take(table, where, "stop_signal", str, default="SIGTERM")
        if name not in signal.Signals.__members__:
            raise self._error(f"{where}.stop_signal", f'must be a signal such as SIGTERM, not "{name}"')
        return signal.Signals[name]

    def _front(self, table: dict[str, Any], processes: set[str]) -> Front:
        self._only(table, "front", {"server", "process", "otherwise"})
        front = Front(*(self._take(table, "front", key, str, default="") for key in ("server", "process", "otherwise")))
        if bool(front.server) == bool(front.process):
            raise self._error("front", 'needs either "server" or "process"')
        if front.server not in {"", "nginx"}:
            raise self._error("front.server", f'can be "nginx" only, not "{front.server}"')
        if front.process and front.process not in processes:
            raise self._error("front.process", f'there is no process "{front.process}"')
        return front

    def _check_routes(self, topology: Topology) -> None:
        if missing := [path for path in PATHS if path not in topology.routes]:
            raise self._error("routes", f"says nothing of {', '.join(missing)}")
        known = {process.name for process in topology.processes if process.has_port}
        for path, target in topology.routes.items():
            if path not in PATHS:
                raise self._error("routes", f'has an unknown path "{path}"; there are: {", ".join(PATHS)}')
            files_allowed = topology.front.server and path in {"/static/", "/media/"}
            if target not in known and not (target == FILES and files_allowed):
                raise self._error("routes", f'gives "{path}" to "{target}", which is no process with a port')

    def _check_placeholders(self, topology: Topology) -> None:
        shared = {f"{process.name}.port" for process in topology.processes if process.has_port}
        shared |= {"front.port", "data", "run"}
        for process in topology.processes:
            for word in process.command:
                self._check_words(f"processes.{process.name}.command", word, shared | {"port"})
            for key, word in process.environment.items():
                self._check_words(f"processes.{process.name}.environment.{key}", word, shared)
        for key, word in topology.environment.items():
            self._check_words(f"environment.{key}", word, shared)

    def _check_words(self, where: str, text: str, known: set[str]) -> None:
        for name in PLACEHOLDER.findall(text):
            if name not in known:
                raise self._error(where, f"has an unknown placeholder {{{name}}}")

    def _words(self, table: dict[str, Any], where: str, key: str, *, optional: bool = False) -> dict[str, str]:
        words = self._take(table, where, key, dict, default={} if optional else None)
        for name, word in words.items():
            if not isinstance(word, str):
                raise self._error(".".join(filter(None, [where, key, name])), "must be a text in quotes")
        return words

    def _take(self, table: dict[str, Any], where: str, key: str, kind: type[T], default: T | None = None) -> T:
        value = table.get(key, default)
        path = ".".join(filter(None, [where, key]))
        if value is None:
            raise self._error(path, "is missing")
        if not isinstance(value, kind):
            raise self._error(path, f"must be a {kind.__name__}")
        return value

    def _only(self, table: dict[str, Any], where: str, known: set[str]) -> None:
        for key in table:
            if key not in known:
                path = ".".join(filter(None, [where, key]))
                raise self._error(path, f"is not known here; known are: {', '.join(sorted(known))}")

    def _error(self, key: str, complaint: str) -> DeployError:
        return DeployError(f"{self._file}: {key} {complaint}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with each ``{name}`` replaced. The reader has made sure that all are known."""
    return PLACEHOLDER.sub(lambda match: values[match.group(1)], text)
