"""The servers and the peers that the laboratory compares, and the command that starts one on the other."""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from deploy import programs
from deploy.errors import DeployError
from deploy.lab.peers.listed import PEERS, Peer

__all__ = ["Peer", "Server", "command", "load", "missing", "peers"]

FILE = Path(__file__).with_name("servers.toml")
ROOT = Path(__file__).parents[2]
INTERFACES = ("wsgi", "asgi")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# {fd} is left for deploy.lab.shared_socket, which opens the socket.
KNOWN = {"port", "target", "module", "name", "processes", "threads", "folder", "root", "fd"}
TEXTS = {"interface", "title", "package"}
REQUIREMENTS = "deploy/lab/requirements.txt"
COMPILED = "deploy/lab/requirements-compiled.txt"


@dataclass(frozen=True)
class Server:
    """One way to serve an application. ``package`` is the pip package that brings it, ``also`` those that its command
    relies on (some servers do without in silence), ``apt`` what compiles it."""

    name: str
    interface: str
    title: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    package: str
    # How it differs from the equal terms at the head of servers.toml; empty where it does not.
    note: str
    apt: str = ""
    also: tuple[str, ...] = ()
    # For more than one process; empty where ``command`` does for any number.
    several: tuple[str, ...] = ()
    # The words before the command where root starts it.
    as_root: tuple[str, ...] = field(default=(), repr=False)

    @property
    def takes_threads(self) -> bool:
        return "{threads}" in self.command


def peers() -> dict[str, Peer]:
    return {peer.name: peer for peer in PEERS}


def load(file: Path = FILE) -> dict[str, Server]:
    """Every server by its name. Raises DeployError, which names the file, the server and the key."""
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeployError(f"{file.name}: not valid TOML: {error}") from error
    return {name: _Reader(file.name, name).server(table) for name, table in tables.items()}


def command(
    server: Server, peer: Peer, port: int, processes: int = 1, threads: int = 1, *, folder: Path | None = None
) -> tuple[list[str], dict[str, str]]:
    """The words that start ``peer`` on ``server``, and what the environment has to hold beside the caller's own.

    ``folder`` exists and is the server's to write into (mod_wsgi needs one). Raises DeployError where the two do not
    fit, where the server takes no threads, or where it is missing.
    """
    _check(server, peer, processes, threads)
    module, _, name = peer.target.partition(":")
    words = server.several if processes > 1 and server.several else server.command
    values = {
        "port": str(port),
        "target": peer.target,
        "module": module,
        "name": name,
        "processes": str(processes),
        "threads": str(threads),
        "root": str(ROOT),
        "fd": "{fd}",
    }
    if any("{folder}" in word for word in words):
        values["folder"] = str(_own_folder(folder, server))
    argv = [PLACEHOLDER.sub(lambda match: values[match.group(1)], word) for word in words]
    if os.geteuid() == 0 and server.as_root:
        argv = [*server.as_root, programs.need(argv[0], server.title), *argv[1:]]
    argv = [programs.need(argv[0], server.title), *argv[1:]]
    return argv, {"PYTHONPATH": str(ROOT), **server.environment}


def missing(subject: Server | Peer) -> str:
    """What the machine lacks to run that server or peer, and what brings it; empty where it lacks nothing."""
    packages = subject.packages if isinstance(subject, Peer) else (subject.package, *subject.also)
    apt = "" if isinstance(subject, Peer) else subject.apt
    if gone := next((name for name in packages if not _is_installed(name)), ""):
        brought_by = f"({COMPILED}), compiled with apt package {apt}" if apt else f"({REQUIREMENTS})"
        return f"{subject.title} is missing: pip package {gone} {brought_by}"
    if apt and programs.find("apache2") is None and programs.find("httpd") is None:
        return f"{subject.title} is missing: apt package {apt}"
    return ""


def _is_installed(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def _check(server: Server, peer: Peer, processes: int, threads: int) -> None:
    if server.interface != peer.interface:
        kinds = server.interface.upper(), peer.interface.upper()
        raise DeployError(f"{server.name} is a server for {kinds[0]}, but {peer.name} is written for {kinds[1]}")
    if processes < 1 or threads < 1:
        raise DeployError(f"{server.name} cannot run with {processes} processes and {threads} threads")
    if threads > 1 and not server.takes_threads:
        raise DeployError(f"{server.name} takes no threads: {threads} cannot be had")
    for subject in (server, peer):
        if gone := missing(subject):
            raise DeployError(gone)


def _own_folder(folder: Path | None, server: Server) -> Path:
    if folder is None:
        raise DeployError(f"{server.name} needs a folder of its own to write into")
    if os.geteuid() == 0 and server.as_root:
        user = next(word.partition("=")[2] for word in server.as_root if word.startswith("--reuid="))
        shutil.chown(folder, user, user)
    return folder


class _Reader:
    """Turns one server's table into a Server; every complaint begins with the file and the key."""

    def __init__(self, file: str, name: str) -> None:
        self._file = file
        self._name = name

    def server(self, table: Any) -> Server:
        if not isinstance(table, dict):
            raise self._error("", "must be a table")
        known = TEXTS | {"command", "several", "as_root", "environment", "note", "apt", "also"}
        for key in table:
            if key not in known:
                raise self._error(key, f"is not known here; known are: {', '.join(sorted(known))}")
        if self._text(table, "interface") not in INTERFACES:
            raise self._error("interface", f'must be one of {", ".join(INTERFACES)}, not "{table["interface"]}"')
        if not (words := self._words(table, "command")):
            raise self._error("command", "must be a list of words, with at least the program")
        if "{port}" not in " ".join(words):
            raise self._error("command", "says nowhere which {port} to listen on")
        return Server(
            name=self._name,
            interface=table["interface"],
            title=self._text(table, "title"),
            command=words,
            environment=self._environment(table),
            package=self._text(table, "package"),
            note=" ".join(self._text(table, "note", optional=True).split()),
            apt=self._text(table, "apt", optional=True),
            also=self._words(table, "also"),
            several=self._words(table, "several"),
            as_root=self._words(table, "as_root"),
        )

    def _text(self, table: dict[str, Any], key: str, *, optional: bool = False) -> str:
        text = table.get(key, "" if optional else None)
        if text is None:
            raise self._error(key, "is missing")
        if not isinstance(text, str):
            raise self._error(key, "must be a text in quotes")
        return text

    def _words(self, table: dict[str, Any], key: str) -> tuple[str, ...]:
        words = table.get(key, [])
        if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
            raise self._error(key, "must be a list of words, with at least the program")
        for word in words:
            for name in PLACEHOLDER.findall(word):
                if name not in KNOWN:
                    raise self._error(key, f"has an unknown placeholder {{{name}}}")
        return tuple(words)

    def _environment(self, table: dict[str, Any]) -> dict[str, str]:
        environment = table.get("environment", {})
        if not isinstance(environment, dict) or not all(isinstance(value, str) for value in environment.values()):
            raise self._error("environment", "must be a table of texts in quotes")
        return environment

    def _error(self, key: str, complaint: str) -> DeployError:
        return DeployError(f"{self._file}: {'.'.join(filter(None, [self._name, key]))} {complaint}")
