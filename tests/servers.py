"""Real servers for tests: each is started on a free port with throwaway data, and stopped whatever happens.

A server that the machine lacks raises ``Missing``, which names the package that brings it. The whole site is started by
``site()`` (tests/sites.py).
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import redis

from tests.programs import (
    Missing,
    ServerFailed,
    find_program,
    free_port,
    require_all,
    skipped_when_missing,
    start_process,
    stop_process,
)
from tests.sites import Site, site

__all__ = [
    "Missing",
    "PostgresServer",
    "RedisServer",
    "ServerFailed",
    "Site",
    "find_program",
    "free_port",
    "postgres",
    "postgres_server",
    "redis_server",
    "require_all",
    "site",
    "skipped_when_missing",
]

STARTUP_SECONDS = 20
# Of PostgreSQL, which refuses as long as anything of a killed one lives.
START_ATTEMPTS = 20


class PostgresServer:
    """A cluster that a test may restart and kill; it is on the same port, with what was committed, afterwards."""

    def __init__(self, folder: Path, *, is_durable: bool) -> None:
        folders = sorted(
            Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True
        )
        initdb = find_program("initdb", "postgresql", folders=folders)
        server = find_program("postgres", "postgresql", folders=folders)
        as_user = _unprivileged(folder)
        self.port = free_port()
        self.url = f"postgres://ambos@127.0.0.1:{self.port}/postgres"
        self._folder = folder
        data = str(folder / "data")
        options = ["--username=ambos", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        _run([*as_user, initdb, "-D", data, *options], folder)
        settings: dict[str, object] = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": folder,
            "max_connections": 200,
        }
        if not is_durable:
            settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._command = [*as_user, server, "-D", data, *arguments]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Also after a kill, when what is left of its processes may still be about to end."""
        for attempts_left in range(START_ATTEMPTS, 0, -1):
            self._process = start_process(self._command, self._folder)
            try:
                _wait_until(lambda: _accepts_postgres(self.url), self._process, self._folder)
                return
            except ServerFailed:
                if attempts_left == 1 or self._process.poll() is None:
                    raise
                time.sleep(0.3)

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """By default the fast way: those who are connected are cut, what is committed is written."""
        if self._process is not None:
            stop_process(self._process, number)
            self._process = None

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()


@contextlib.contextmanager
def postgres_server(*, is_durable: bool = True) -> Iterator[PostgresServer]:
    """A new, empty cluster; where it is not durable, it never waits for the disk, and may lose what a crash finds."""
    folder = Path(tempfile.mkdtemp(prefix="ambos-postgres-"))
    try:
        server = PostgresServer(folder, is_durable=is_durable)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The DATABASE_URL of a new, empty cluster that forgets everything at its end and never waits for the disk."""
    with postgres_server(is_durable=False) as server:
        yield server.url


class RedisServer:
    """A Redis that a test may kill, restart (on the same port, empty) and hold still."""

    def __init__(self, program: str, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder)]
        self._command += ["--save", "", "--appendonly", "no"]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = start_process(self._command, self._folder)
        _wait_until(self._answers, self._process, self._folder)

    def kill(self) -> None:
        self._stop(signal.SIGKILL)

    def stop(self) -> None:
        self.resume()
        self._stop(signal.SIGTERM)

    def restart(self) -> None:
        self.kill()
        self.start()

    def pause(self) -> None:
        """Keep its connections open and answer nothing: what a hanging server looks like."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def _stop(self, number: signal.Signals) -> None:
        if self._process is not None:
            stop_process(self._process, number)
            self._process = None

    def _answers(self) -> bool:
        with contextlib.closing(redis.Redis(port=self.port, socket_timeout=1)) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False


@contextlib.contextmanager
def redis_server() -> Iterator[RedisServer]:
    program = find_program("redis-server", "redis-server")
    with tempfile.TemporaryDirectory(prefix="ambos-redis-") as folder:
        server = RedisServer(program, Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _unprivileged(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: the words that run a command as its own user, who then owns the folder."""
    if os.geteuid() != 0:
        return []
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    setpriv = find_program("setpriv", "util-linux")
    # The signal at the parent's death is asked for here, because a change of user clears it.
    return [setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--pdeathsig=INT"]


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise ServerFailed(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def _wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + STARTUP_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerFailed(f"A server did not start:\n{(folder / 'log').read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


def _accepts_postgres(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=1).close()
    except psycopg.OperationalError:
        return False
    return True
