"""What a topology's settings mean: the same question put to every server, with its answer and the reason beside it.

The answers are in the servers' own files (deploy/servers). A comment there that begins with one of the words below
("processes: one more than twice ...") is the reason of the settings that follow it, up to a blank line or another
comment. With none to follow, the server has no such setting, and the comment says what is so instead.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from deploy import serve
from deploy.errors import DeployError
from deploy.topology import Process, Topology

# What is asked of every server, in the order that it is shown in; the sentences are for people.
QUESTIONS: Mapping[str, str] = {
    "processes": "how many processes answer",
    "threads": "what one process does at a time",
    "start": "where the code is loaded",
    "time-out": "when a request is given up",
    "stop": "what becomes of work under way at the end",
    "keep-alive": "how long an idle connection stays",
    "proxy trust": "whose word counts about who asks",
    "request limits": "how large a request may be, how many at a time",
    "socket limits": "how large a WebSocket's message may be",
    "ping": "how a browser that is gone is found",
    "recycling": "when a process is replaced",
    "logs": "what is written down",
}
# WSGI knows no sockets, so nothing is to be said of them.
OF_SOCKETS = {"socket limits", "ping"}
NONE = "—"
NO_VARIABLES: Mapping[str, str] = {}

TAGGED = re.compile(rf"^[#;] ({'|'.join(map(re.escape, QUESTIONS))}): (.*)$")
COMMENT = re.compile(r"^[#;] ?(.*)$")
SETTING = re.compile(r"^([A-Za-z_][\w-]*) ?= ?(.*?)(?:  # .*)?$")
# uWSGI's way to ask for a variable: what stands between the two is read where it is set, ASKED being its value.
IF_SET, END, ASKED = "if-env", {"if-not-env", "end-if"}, "%(_)"


class Meaning(NamedTuple):
    """One answer: of which question, by which process, as its server writes it (``timeout = 30``), and why."""

    meaning: str
    process: str
    value: str
    reason: str


class Entry(NamedTuple):
    """A tagged comment of a file, with the settings that follow it, word for word."""

    meaning: str
    reason: str
    settings: tuple[tuple[str, str], ...]


def questions_of(interface: str) -> list[str]:
    return [word for word in QUESTIONS if interface == "asgi" or word not in OF_SOCKETS]


def meanings(topology: Topology, environment: Mapping[str, str] = NO_VARIABLES) -> list[Meaning]:
    """Every answer of every process that is served by a file, process by process. Raises DeployError.

    ``environment``: the variables of whoever would start it. Without any, values are those of the files alone, which
    tell a visitor nothing of this machine.
    """
    return [meaning for process in topology.processes for meaning in _answers(topology, process, environment)]


def _answers(topology: Topology, process: Process, environment: Mapping[str, str]) -> Iterator[Meaning]:
    served = serve.file_of(process.command)
    if served is None:
        return
    environment = {**environment, **topology.environment, **process.environment}
    without = {word for flag, word in zip(process.command, process.command[1:], strict=False) if flag == "--without"}
    found = {entry.meaning: entry for entry in read(served.path)}
    for question in questions_of(process.interface):
        if question not in found:
            raise DeployError(f'{served.file}: says nothing of "{question}"')
        entry = found[question]
        kept = {name: _shown(served.path, word, environment) for name, word in entry.settings if name not in without}
        value = ", ".join(f"{name} = {word}" for name, word in kept.items()) or NONE
        yield Meaning(question, process.name, value, entry.reason)


def read(path: Path) -> list[Entry]:
    """The tagged comments of a server's file, each with what follows it. Raises DeployError where one comes twice."""
    entries: list[Entry] = []
    current: tuple[str, list[str], list[tuple[str, str]]] | None = None
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        comment = COMMENT.match(line)
        if current is not None and (not line or (comment and (current[2] or TAGGED.match(line)))):
            entries.append(Entry(current[0], " ".join(current[1]), tuple(_with_variables(current[2]))))
            current = None
        if tagged := TAGGED.match(line):
            current = (tagged[1], [tagged[2]], [])
        elif current is not None and comment:
            current[1].append(comment[1])
        elif current is not None and (setting := SETTING.match(line)):
            current[2].append((setting[1], setting[2]))
    names = [entry.meaning for entry in entries]
    if twice := {name for name in names if names.count(name) > 1}:
        raise DeployError(f"{path.name}: says twice what it has to say of {', '.join(sorted(twice))}")
    return entries


def _with_variables(settings: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """uWSGI's conditions as the other files write them: ``${NAME:-word}``."""
    variable, asked = "", set()
    for name, word in settings:
        if name == IF_SET:
            variable = word
        elif word == ASKED:
            asked.add(name)
        elif name not in END:
            yield name, f"${{{variable}:-{word}}}" if name in asked else word


def _shown(path: Path, word: str, environment: Mapping[str, str]) -> str:
    """A setting's value as it takes effect here: without quotes, with variables filled in."""
    if path.suffix == ".py":
        return str(_evaluated(path, word, environment))
    return serve.substitute(word.strip('"'), environment)


def _evaluated(path: Path, word: str, environment: Mapping[str, str]) -> Any:
    """A Gunicorn file is a program. It is not run, since running it may change this very process (gevent's does): one
    expression at a time is computed, with nothing at hand but what these files use."""
    try:
        return ast.literal_eval(word)
    except (ValueError, SyntaxError):
        pass
    names = {"os": _Os(environment), "min": min, "max": max, "int": int, "__builtins__": {}}
    try:
        return eval(word, names)  # noqa: S307 - the project's own files, which are run as they are when they serve
    except Exception as error:
        raise DeployError(f"{path.name}: {word} cannot be computed: {error}") from error


class _Os:
    """As much of ``os`` as Gunicorn's files ask, with the environment that the process is going to have."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environ = environment
        self.cpu_count = os.cpu_count


def configuration_files(topology: Topology) -> list[Path]:
    """The files of deploy/servers that a topology's processes are set up by."""
    served = [serve.file_of(process.command) for process in topology.processes]
    return list(dict.fromkeys(each.path for each in served if each is not None))
