"""What is measured: the site's chat on each database, the tutorial's chat, a bare consumer, and the library alone.

All but the library run on our Daphne, one process, on the server's core; their database and Redis run there, too.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy import programs
from deploy.lab import processes, running, servers
from deploy.lab.chat.postgres import Cluster
from deploy.lab.experiments import visiting
from deploy.lab.experiments.visiting import Visitor
from deploy.lab.running import ROOT, Subject
from deploy.lab.trials import Flawed, Unavailable

SERVER = "ambos-daphne"
STREAM = "room:1"
PREPARED, MEASURED = "prepared", "measured"
# Nobody is too fast, and everybody comes from one address.
UNLIMITED = {
    **dict.fromkeys(("CHAT_RATE_USER", "CHAT_RATE_GUEST", "CHAT_RATE_ROOM"), "100000/1"),
    "LIVE_CONNECTIONS_PER_ADDRESS": "100000",
    "LIVE_FRAMES_PER_SECOND": "100000",
    "LOG_LEVEL": "WARNING",
}
START_SECONDS = 40.0
MANAGE_SECONDS = 120


@dataclass(frozen=True)
class Chat:
    """A database with so many people in it who may speak, by their cookies; each start gets a copy of it."""

    database: str
    cookies: Sequence[str]


class Subjects:
    def __init__(self, folder: Path, *, core: int | None, cluster: Cluster | None) -> None:
        """``folder`` is the bench's own; without ``cluster`` there is SQLite alone."""
        self._data = folder / "data"
        self._core = core
        self._cluster = cluster
        self._data.mkdir()

    def prepare(self, database: str, *, speakers: int) -> Chat:
        """Tables, static files and guests, made once."""
        environment = self._environment(database, PREPARED)
        for words in (["migrate", "--verbosity=0"], ["collectstatic", "--noinput", "--verbosity=0"]):
            _manage(words, environment)
        with self._served(environment) as subject:
            cookies = [_become_guest(subject.port, number) for number in range(speakers)]
        return Chat(database, cookies)

    @contextlib.contextmanager
    def chat(self, chat: Chat, environment: Mapping[str, str]) -> Iterator[Subject]:
        if self._cluster is not None and chat.database == "postgres":
            self._cluster.copy(PREPARED, MEASURED)
        else:
            for suffix in ("", "-wal", "-shm"):
                (self._data / f"{MEASURED}.sqlite3{suffix}").unlink(missing_ok=True)
            shutil.copy(self._data / f"{PREPARED}.sqlite3", self._data / f"{MEASURED}.sqlite3")
        with self._served({**self._environment(chat.database, MEASURED), **environment}) as subject:
            yield subject

    @contextlib.contextmanager
    def tutorial(self, redis_url: str) -> Iterator[Subject]:
        """With its channel layer in memory where ``redis_url`` is empty."""
        target = servers.Peer(
            "tutorial", "asgi", "deploy.lab.peers.tutorial_chat.asgi:application", "the Channels tutorial", ()
        )
        with self._peer(target, {"TUTORIAL_REDIS_URL": redis_url}, ready="/") as subject:
            yield subject

    @contextlib.contextmanager
    def consumer(self) -> Iterator[Subject]:
        """A Channels consumer that does nothing, at /echo."""
        with self._peer(servers.peers()["django-asgi"], {}, ready="/plain") as subject:
            yield subject

    @contextlib.contextmanager
    def library(self) -> Iterator[Subject]:
        port = running.free_port()
        command = [sys.executable, "-m", "deploy.lab.peers.broadcast", "--port", str(port)]
        with self._started(command, {}, port, ready="/") as subject:
            yield subject

    @contextlib.contextmanager
    def redis(self) -> Iterator[str]:
        """The address of a Redis that keeps nothing. Raises Unavailable where it is not installed."""
        program = programs.find("redis-server")
        if program is None:
            raise Unavailable("redis-server is not installed (apt package redis-server)")
        port = running.free_port()
        words = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with running.own_folder() as folder:
            process = running.spawn([*words, "--dir", str(folder)], {}, folder, core=self._core)
            subject = Subject(process, port, folder / "log")
            try:
                _wait_listening(subject)
                yield f"redis://127.0.0.1:{port}/0"
            finally:
                subject.stop()

    @contextlib.contextmanager
    def _peer(self, peer: servers.Peer, environment: Mapping[str, str], *, ready: str) -> Iterator[Subject]:
        port = running.free_port()
        command, own = servers.command(servers.load()[SERVER], peer, port)
        with self._started(command, {**own, **environment}, port, ready=ready) as subject:
            yield subject

    @contextlib.contextmanager
    def _served(self, environment: Mapping[str, str]) -> Iterator[Subject]:
        port = running.free_port()
        command = [sys.executable, "-m", "deploy", "serve", SERVER, "--bind", "127.0.0.1", "--port", str(port)]
        with self._started(command, environment, port, ready="/readyz") as subject:
            yield subject

    @contextlib.contextmanager
    def _started(
        self, command: Sequence[str], environment: Mapping[str, str], port: int, *, ready: str
    ) -> Iterator[Subject]:
        with (
            running.own_folder() as folder,
            running.started(
                command, environment, port, folder, core=self._core, ready=ready, seconds=START_SECONDS
            ) as subject,
        ):
            yield subject

    def _environment(self, database: str, name: str) -> dict[str, str]:
        if database == "postgres":
            if self._cluster is None:
                raise Unavailable("PostgreSQL was not started")
            if name == PREPARED:
                self._cluster.copy("template0", PREPARED)
            url = self._cluster.url(name)
        else:
            url = f"sqlite:///{self._data / name}.sqlite3"
        return {"DATA_DIR": str(self._data), "DATABASE_URL": url, "REDIS_URL": "", **UNLIMITED}


def _manage(words: Sequence[str], environment: Mapping[str, str]) -> None:
    with running.own_folder() as folder:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=running.clean_environment(folder) | dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=MANAGE_SECONDS,
            check=False,
        )
    if done.returncode:
        raise Flawed(f"manage.py {words[0]} failed: {done.stderr.strip().rpartition(chr(10))[2]}")


def _wait_listening(subject: Subject) -> None:
    deadline = time.monotonic() + running.START_SECONDS
    while not processes.listens(subject.port, subject.pids):
        if not subject.is_alive() or time.monotonic() > deadline:
            raise Flawed(f"Redis did not start: {subject.last_words()}")
        time.sleep(running.TICK_SECONDS)


def _become_guest(port: int, number: int) -> str:
    visitor = Visitor(port)
    visiting.enter_chat(visitor, f"Ana {number}")
    return visitor.headers["Cookie"]
