"""A PostgreSQL of the bench's own, which waits for the disk at every commit, as a real one does."""

from __future__ import annotations

import contextlib
import os
import pwd
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

from deploy import programs
from deploy.lab import running
from deploy.lab.running import Subject
from deploy.lab.trials import Flawed, Unavailable

FOLDERS = Path("/usr/lib/postgresql")
START_SECONDS = 20.0


class Cluster:
    def __init__(self, port: int, subject: Subject) -> None:
        self.subject = subject
        self._port = port

    def url(self, database: str = "postgres") -> str:
        return f"postgres://ambos@127.0.0.1:{self._port}/{database}"

    def copy(self, database: str, new: str) -> None:
        """A new database with everything of one that nobody is connected to; an old one of that name is dropped."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{new}" WITH (FORCE)'.encode())
            connection.execute(f'CREATE DATABASE "{new}" TEMPLATE "{database}"'.encode())


@contextlib.contextmanager
def cluster(*, core: int | None) -> Iterator[Cluster]:
    """Raises Unavailable where PostgreSQL is not installed, Flawed where it does not start."""
    with running.own_folder() as folder:
        words = _as_its_own_user(folder)
        data, port = folder / "data", running.free_port()
        options = ["--username=ambos", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        _initialise([*words, _find("initdb"), "-D", str(data), *options])
        settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "fsync": "on"}
        arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        process = running.spawn([*words, _find("postgres"), "-D", str(data), *arguments], {}, folder, core=core)
        started = Cluster(port, Subject(process, port, folder / "log"))
        try:
            _wait_ready(started)
            yield started
        finally:
            started.subject.stop()


def _find(name: str) -> str:
    """The newest of those that are installed."""
    versions = sorted(FOLDERS.glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    found = next((str(folder / name) for folder in versions if (folder / name).exists()), programs.find(name))
    if found is None:
        raise Unavailable(f"{name} is not installed (apt package postgresql)")
    return found


def _as_its_own_user(folder: Path) -> Sequence[str]:
    """PostgreSQL refuses to run as root: the words that run a command as its own user, who then owns the folder. The
    signal at the parent's death is asked for again, because a change of user clears it."""
    if os.geteuid() != 0:
        return []
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    setpriv = programs.need("setpriv", "PostgreSQL, started by root,")
    return [setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--pdeathsig=INT"]


def _initialise(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise Flawed(f"initdb failed: {' '.join((done.stderr or done.stdout).split())[-300:]}")


def _wait_ready(started: Cluster) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(started.url(), connect_timeout=1).close()
            return
        if not started.subject.is_alive() or time.monotonic() > deadline:
            raise Flawed(f"PostgreSQL did not start: {started.subject.last_words()}")
        time.sleep(0.05)
