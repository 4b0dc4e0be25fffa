"""The whole site on free ports with a data folder of its own, as ``python -m deploy up`` runs it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.programs import ServerFailed, free_port, stop_process

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 90
# Few goods and few workers: a test wants the site, not its size.
DEFAULTS = {"WEB_CONCURRENCY": "2", "SAMPLE_GOODS_COUNT": "6"}
# What a developer's shell may say about another site is not true of this one.
FOREIGN = {
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "DRAIN_FILE",
    "ENVIRONMENT",
    "LIVE_URL",
    "PAYMENT_CALLBACK_URL",
    "PORT",
    "PROCESS_NAME",
    "REDIS_URL",
    "SERVER_NAME_SHOWN",
    "SERVE_FILES",
    "SITE_URL",
    "TOPOLOGY",
}


class Site:
    """A running site. ``processes`` are asked anew each time: a killed one comes back under another pid."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, data_dir: Path) -> None:
        self.supervisor = process
        self.data_dir = data_dir
        self.url = f"http://localhost:{port}"
        self.log_file = data_dir / "log"

    @property
    def wsgi_url(self) -> str:
        return self._door("wsgi")

    @property
    def asgi_url(self) -> str:
        return self._door("asgi")

    @property
    def processes(self) -> dict[str, int]:
        return {name: entry["pid"] for name, entry in self._state()["processes"].items()}

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send the signal and give the pid that got it; the supervisor starts a dead process again by itself."""
        pid = self.processes[name]
        os.kill(pid, number)
        return pid

    def restart(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Kill it and wait until its successor is ready."""
        self.wait_ready(instead_of={name: self.kill(name, number)})

    def stop(self) -> int:
        stop_process(self.supervisor)
        return self.supervisor.returncode

    def wait_ready(self, instead_of: Mapping[str, int] | None = None) -> None:
        """Until every process is ready, and none has the pid it had in ``instead_of``."""
        deadline = time.monotonic() + READY_SECONDS
        while not self._is_ready(instead_of or {}):
            if self.supervisor.poll() is not None or time.monotonic() > deadline:
                raise ServerFailed(f"The site did not become ready:\n{self.log[-4000:]}")
            time.sleep(0.05)

    def _is_ready(self, instead_of: Mapping[str, int]) -> bool:
        state = self._state()
        return bool(state.get("ready")) and all(
            state["processes"].get(name, {"pid": pid})["pid"] != pid for name, pid in instead_of.items()
        )

    def _door(self, name: str) -> str:
        return f"http://127.0.0.1:{self._state()['processes'][name]['port']}"

    def _state(self) -> dict[str, Any]:
        # One file: where nginx is not installed, another topology than the one asked for may have started.
        for path in (self.data_dir / "run").glob("*.json"):
            with contextlib.suppress(FileNotFoundError):
                state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
                return state
        return {"processes": {}}


@contextlib.contextmanager
def site(
    topology: str = "split",
    *,
    env: Mapping[str, str] | None = None,
    data_dir: Path | None = None,
    prepared: bool = False,
) -> Iterator[Site]:
    """Prepare a data folder (a new one unless given) and run the topology on it until the end of the block.

    ``prepared``: the folder given was prepared before, and is taken as it is.
    """
    with contextlib.ExitStack() as stack:
        if data_dir is None:
            data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ambos-site-")))
        environment = _environment(data_dir, env or {})
        log = stack.enter_context(open(data_dir / "log", "ab"))
        if not prepared:
            prepare(data_dir, env)
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy", "up", topology, "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        stack.callback(stop_process, process)
        running = Site(process, port, data_dir)
        running.wait_ready()
        yield running


def prepare(data_dir: Path, env: Mapping[str, str] | None = None) -> None:
    """Database, static files and a few sample goods, as a first start makes them."""
    _deploy("prepare", environment=_environment(data_dir, env or {}), data_dir=data_dir)


def _environment(data_dir: Path, env: Mapping[str, str]) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return own | {"DATA_DIR": str(data_dir), **DEFAULTS, **env}


def _deploy(*arguments: str, environment: Mapping[str, str], data_dir: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy", *arguments],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    with open(data_dir / "log", "a", encoding="utf-8") as log:
        log.write(done.stdout + done.stderr)
    if done.returncode:
        raise ServerFailed(f"python -m deploy {' '.join(arguments)} failed:\n{(done.stdout + done.stderr)[-4000:]}")
