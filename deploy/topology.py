"""Topologies: one TOML file for each way of running the site. Read strictly: what is not understood is an error."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.errors import DeployError
from deploy.tables import Table, read

FOLDER = Path(__file__).parent / "topologies"
PATHS = ("/static/", "/media/", "/ws/", "/chat/", "/")
FILES = "files"
INTERFACES = ("wsgi", "asgi", "worker")
PROCESS_KEYS = {"interface", "server", "command", "ready", "stop_seconds", "stop_signal", "environment"}
# What people read; [translations.es] may tell it in Spanish.
TOLD = ("title", "description")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


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
    return _Reader(read(folder / f"{name}.toml")).topology(name, language)


class _Reader:
    """Turns one file's tables into a Topology."""

    def __init__(self, file: Table) -> None:
        self._file = file

    def topology(self, name: str, language: str) -> Topology:
        file = self._file
        file.only({*TOLD, "translations", "front", "routes", "environment", "processes"})
        tables = file.table("processes")
        processes = tuple(self._process(key, tables.table(key)) for key in tables)
        if not processes:
            raise file.error("processes", "names no process")
        told = {key: file.take(key, str) for key in TOLD} | self._translations().get(language, {})
        topology = Topology(
            name=name,
            title=told["title"],
            description=" ".join(told["description"].split()),
            front=self._front({process.name for process in processes}),
            routes=file.texts("routes"),
            environment=file.texts("environment", optional=True),
            processes=processes,
        )
        self._check_routes(topology)
        self._check_placeholders(topology)
        return topology

    def _translations(self) -> dict[str, dict[str, str]]:
        tables = self._file.table("translations", optional=True)
        for language in tables:
            tables.table(language).only(TOLD)
        return {language: tables.texts(language) for language in tables}

    def _process(self, name: str, table: Table) -> Process:
        table.only(PROCESS_KEYS)
        command = table.command("command")
        if (seconds := table.number("stop_seconds", 10)) <= 0:
            raise table.error("stop_seconds", "must be a number above 0")
        ready = table.take("ready", str, "")
        if ready and "{port}" not in " ".join(command):
            raise table.error("ready", "needs a command with {port}: it is asked over HTTP")
        stop_signal = table.take("stop_signal", str, "SIGTERM")
        if stop_signal not in signal.Signals.__members__:
            raise table.error("stop_signal", f'must be a signal such as SIGTERM, not "{stop_signal}"')
        return Process(
            name=name,
            interface=table.one_of("interface", INTERFACES),
            server=table.take("server", str),
            command=command,
            ready=ready,
            stop_seconds=seconds,
            environment=table.texts("environment", optional=True),
            stop_signal=signal.Signals[stop_signal],
        )

    def _front(self, processes: set[str]) -> Front:
        table = self._file.table("front")
        table.only({"server", "process", "otherwise"})
        front = Front(*(table.take(key, str, "") for key in ("server", "process", "otherwise")))
        if bool(front.server) == bool(front.process):
            raise self._file.error("front", 'needs either "server" or "process"')
        if front.server not in {"", "nginx"}:
            raise table.error("server", f'can be "nginx" only, not "{front.server}"')
        if front.process and front.process not in processes:
            raise table.error("process", f'there is no process "{front.process}"')
        return front

    def _check_routes(self, topology: Topology) -> None:
        if missing := [path for path in PATHS if path not in topology.routes]:
            raise self._file.error("routes", f"says nothing of {', '.join(missing)}")
        known = {process.name for process in topology.processes if process.has_port}
        for path, target in topology.routes.items():
            if path not in PATHS:
                raise self._file.error("routes", f'has an unknown path "{path}"; there are: {", ".join(PATHS)}')
            files_allowed = topology.front.server and path in {"/static/", "/media/"}
            if target not in known and not (target == FILES and files_allowed):
                raise self._file.error("routes", f'gives "{path}" to "{target}", which is no process with a port')

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
                raise self._file.error(where, f"has an unknown placeholder {{{name}}}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with each ``{name}`` replaced. The reader has made sure that all are known."""
    return PLACEHOLDER.sub(lambda match: values[match.group(1)], text)
