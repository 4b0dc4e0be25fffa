"""The servers and the peers that the laboratory compares, and the command that starts one on the other."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from deploy import programs
from deploy.errors import DeployError
from deploy.lab.peers.listed import PEERS, Peer
from deploy.tables import Table, read

__all__ = ["Peer", "Server", "command", "load", "missing", "peers"]

FILE = Path(__file__).with_name("servers.toml")
ROOT = Path(__file__).parents[2]
INTERFACES = ("wsgi", "asgi")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# {fd} is left for deploy.lab.shared_socket, which opens the socket.
KNOWN = {"port", "target", "module", "name", "processes", "threads", "folder", "root", "fd"}
SERVER_KEYS = {
    "interface", "title", "package", "command", "several", "as_root", "environment", "note", "apt", "also",
}  # fmt: skip
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
    tables = read(file)
    return {name: _server(name, tables.table(name)) for name in tables}


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


def _server(name: str, table: Table) -> Server:
    table.only(SERVER_KEYS)
    for key in ("command", "several", "as_root"):
        _check_placeholders(table, key)
    words = table.command("command")
    if "{port}" not in " ".join(words):
        raise table.error("command", "says nowhere which {port} to listen on")
    return Server(
        name=name,
        interface=table.one_of("interface", INTERFACES),
        title=table.take("title", str),
        command=words,
        environment=table.texts("environment", optional=True),
        package=table.take("package", str),
        note=" ".join(table.take("note", str, "").split()),
        apt=table.take("apt", str, ""),
        also=table.words("also", optional=True),
        several=table.words("several", optional=True),
        as_root=table.words("as_root", optional=True),
    )


def _check_placeholders(table: Table, key: str) -> None:
    for name in PLACEHOLDER.findall(" ".join(table.words(key, optional=True))):
        if name not in KNOWN:
            raise table.error(key, f"has an unknown placeholder {{{name}}}")
