"""``python -m deploy serve SERVER``: becomes one server of the site, set up by its file in deploy/servers.

Servers that read a file of their own are handed it. For those that know options alone (Daphne, Uvicorn, Granian,
mod_wsgi-express) the file is a TOML list of these, under their own names, and is turned into the command here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy import programs
from deploy.errors import DeployError
from deploy.tables import read

FOLDER = Path(__file__).parent / "servers"
ROOT = Path(__file__).resolve().parent.parent
# As Docker Compose writes it: a variable of the environment, or the word after ":-" where it is not set or empty.
VARIABLE = re.compile(r"\$\{([A-Z_]+):-([^}]*)\}")
OPTIONS = "{options}"


@dataclass(frozen=True)
class Served:
    """A server's file and its command; ``{options}`` stands for what the file says."""

    file: str
    command: tuple[str, ...]

    @property
    def path(self) -> Path:
        return FOLDER / self.file

    @property
    def program(self) -> str:
        return self.command[0]


def _served(file: str, command: str) -> Served:
    return Served(file, tuple(command.split()))


SERVERS: Mapping[str, Served] = {
    **{
        f"gunicorn-{kind}": _served(
            f"gunicorn-{kind}.conf.py", f"gunicorn --config {{file}} --bind {{bind}}:{{port}} {application}"
        )
        for kind, application in {
            "sync": "config.wsgi",
            "gthread": "config.wsgi",
            "gevent": "config.wsgi",
            "asgi": "config.asgi:application",
        }.items()
    },
    "uwsgi": _served("uwsgi.ini", "uwsgi --ini {file} --http-socket {bind}:{port}"),
    "mod_wsgi": _served(
        "mod_wsgi.toml", "mod_wsgi-express start-server --host {bind} --port {port} {options} config.wsgi"
    ),
    "granian-wsgi": _served(
        "granian-wsgi.toml", "granian --host {bind} --port {port} {options} config.wsgi:application"
    ),
    "granian-asgi": _served(
        "granian-asgi.toml", "granian --host {bind} --port {port} {options} config.asgi:application"
    ),
    "daphne": _served("daphne.toml", "daphne --bind {bind} --port {port} {options} config.asgi:application"),
    "ambos-daphne": _served(
        "ambos-daphne.toml",
        "python -m deploy.daphne --endpoint tcp:port={port}:interface={bind}:backlog=2048"
        " {options} config.asgi:application",
    ),
    "uvicorn": _served("uvicorn.toml", "uvicorn --host {bind} --port {port} {options} config.asgi:application"),
    "hypercorn": _served("hypercorn.toml", "hypercorn --config {file} --bind {bind}:{port} config.asgi:application"),
}


def known(name: str) -> Served:
    if name not in SERVERS:
        raise DeployError(f'there is no server "{name}"; there are: {", ".join(sorted(SERVERS))}')
    return SERVERS[name]


def file_of(words: Sequence[str]) -> Served | None:
    """What a process's command serves by: ``deploy serve NAME``, or a file of deploy/servers among its words."""
    if "serve" in words[:-1]:
        return known(words[words.index("serve") + 1])
    named = {Path(word).name for word in words if "deploy/servers/" in word}
    return next((served for served in SERVERS.values() if served.file in named), None)


def check_installed(words: Sequence[str], needed_by: str) -> None:
    """Raise DeployError, which says what brings it, where a server is served that this machine lacks."""
    if (served := file_of(words)) is not None:
        programs.need(served.program, needed_by)
        programs.need_module(served.file, needed_by)


def command(
    name: str, *, bind: str, port: str, environment: Mapping[str, str], without: Collection[str] = ()
) -> list[str]:
    """A server's whole command, its program still by name. Raises DeployError, which names the file and the key."""
    served = known(name)
    values = {"file": str(served.path), "bind": bind, "port": port}
    words: list[str] = []
    for word in served.command:
        words += options(served.path, environment, without) if word == OPTIONS else [word.format(**values)]
    return words


def options(path: Path, environment: Mapping[str, str], without: Collection[str] = ()) -> list[str]:
    """``name = value`` as ``--name=value``; true is the bare option, a list repeats it."""
    content = read(path).content
    if unknown := set(without) - set(content):
        raise DeployError(f"{path.name}: there is no {', '.join(sorted(unknown))} to be left out")
    kept = {key: value for key, value in content.items() if key not in without}
    return [word for key, value in kept.items() for word in _option(path.name, key, value, environment)]


def _option(file: str, key: str, value: Any, environment: Mapping[str, str]) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _option(file, key, each, environment)
    elif value is True:
        yield f"--{key}"
    elif isinstance(value, str | int | float) and value is not False:
        yield f"--{key}={substitute(str(value), environment)}"
    else:
        raise DeployError(f"{file}: {key} must be a text, a number, true, or a list of these")


def substitute(text: str, environment: Mapping[str, str]) -> str:
    """``text`` with each ``${NAME:-word}`` filled in."""
    return VARIABLE.sub(lambda match: environment.get(match[1]) or match[2], text)


def become(name: str, *, bind: str, port: str, without: Collection[str] = ()) -> None:
    """Turn this process into the server, under the same process id. Returns only by raising DeployError."""
    words = command(name, bind=bind, port=port, environment=os.environ, without=without)
    words[0] = programs.need(words[0], name)
    if name == "mod_wsgi" and os.geteuid() == 0:
        words = [*_without_root(), *words]
    try:
        os.execv(words[0], words)  # noqa: S606 - no shell is wanted
    except OSError as error:
        raise DeployError(f"{name}: {words[0]} cannot be started: {error.strerror}") from error


def _without_root() -> list[str]:
    """Apache refuses to serve as root: the words that make it another user, who may still write root's data folder.

    The signal at the parent's death is asked for again, because a change of user clears it.
    """
    setpriv = programs.need("setpriv", "mod_wsgi, started by root,")
    rights = "+dac_override"
    return [
        setpriv, "--reuid=nobody", "--regid=nogroup", "--clear-groups", f"--inh-caps={rights}",
        f"--ambient-caps={rights}", "--pdeathsig=TERM",
    ]  # fmt: skip
