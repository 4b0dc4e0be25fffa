"""Real asgi processes over one database, to be killed and started again on the same port."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from deploy.topology import load
from tests.programs import free_port, start_process, stop_process

ROOT = Path(__file__).resolve().parents[2]
STARTUP_SECONDS = 40
# Who talks for a test is in a hurry.
UNHURRIED = dict.fromkeys(("CHAT_RATE_USER", "CHAT_RATE_GUEST", "CHAT_RATE_ROOM"), "100000/1")


class Daphne:
    """``environment`` is that of the process, and of whatever else is to see the same data."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.environment = environment
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        # DEBUG: pages name their static files without hashes, so that none have to be collected.
        words = [f"{name}={value}" for name, value in self.environment.items()]
        command = [
            "env",
            *words,
            "DEBUG=1",
            f"SITE_URL={self.url}",
            f"PYTHONPATH={ROOT}",
        ]
        command += [word.replace("{port}", str(self.port)) for word in load("split").process("asgi").command]
        command[command.index("python")] = sys.executable
        self._process = start_process(command, self._folder)
        deadline = time.monotonic() + STARTUP_SECONDS
        while not self._answers():
            assert self._process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.1)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            stop_process(self._process, number)
            self._process = None

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def send_signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    @property
    def database_url(self) -> str:
        return self.environment["DATABASE_URL"]

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")[-4000:]

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextlib.contextmanager
def daphnes(
    folder: Path,
    count: int = 1,
    *,
    redis_url: str = "",
    database_url: str = "",
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[list[Daphne]]:
    """So many processes over one new database: of SQLite in ``folder`` unless said otherwise."""
    database_url = database_url or f"sqlite:///{folder}/ambos.sqlite3"
    environment = {"DATA_DIR": str(folder), "DATABASE_URL": database_url, "REDIS_URL": redis_url}
    environment |= UNHURRIED | dict(settings)
    manage(environment, "migrate", "--verbosity=0")
    servers = []
    try:
        for number in range(count):
            own = folder / f"daphne{number}"
            own.mkdir()
            servers.append(Daphne(own, environment))
            servers[-1].start()
        yield servers
    finally:
        for server in servers:
            server.stop()


def manage(environment: dict[str, str], *words: str) -> None:
    everything = os.environ | environment
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words], env=everything, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
