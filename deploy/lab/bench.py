"""What an experiment may use: the laboratory as ``deploy.lab.trials.Laboratory`` promises it."""

from __future__ import annotations

import contextlib
import os
import shlex
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.errors import DeployError
from deploy.lab import running, servers
from deploy.lab.running import Subject
from deploy.lab.sites import Shop
from deploy.lab.trials import Case, Scale, Unavailable

# Whoever reads a figure wants to see what was started, word for word.
Configurations = dict[str, str]


class Bench:
    """Subjects run on the first core that we may use, and we ourselves, with the generator, on the last."""

    def __init__(
        self, scale: Scale, folder: Path, *, core: int | None = None, generator_cpu: int | None = None
    ) -> None:
        """``folder`` is for the prepared shop. ``core`` is where subjects run; None: anywhere."""
        self._scale = scale
        self._generator_cpu = generator_cpu
        self._core = core
        self._shop = Shop(folder / "shop")
        self._servers = servers.load()
        self._peers = servers.peers()
        self.configurations: Configurations = {}

    @property
    def scale(self) -> Scale:
        return self._scale

    @property
    def generator_cpu(self) -> int | None:
        return self._generator_cpu

    @contextlib.contextmanager
    def start(self, server: str, peer: str, settings: Case) -> Iterator[Subject]:
        """Start ``peer`` under ``server`` with settings processes (default 1), threads (1); ready when it yields."""
        if server not in self._servers or peer not in self._peers:
            raise DeployError(f'there is no "{peer}" on "{server}" to be measured')
        chosen = (self._servers[server], self._peers[peer])
        if lacking := servers.missing(chosen[0]) or servers.missing(chosen[1]):
            raise Unavailable(lacking)
        processes, threads = int(settings.get("processes", 1)), int(settings.get("threads", 1))
        port = running.free_port()
        with running.own_folder() as folder:
            command, environment = servers.command(*chosen, port, processes, threads, folder=folder)
            self._note(server, peer, settings, command, environment)
            with running.started(command, environment, port, folder, core=self._core) as subject:
                yield subject

    @contextlib.contextmanager
    def start_site(self, topology: str, environment: Mapping[str, str] | None = None) -> Iterator[Subject]:
        """Start the whole shop in that topology, with sample goods and SQLite; the port is the front door's."""
        self._note(topology, "site", {}, ["python", "-m", "deploy", "up", topology], environment or {})
        with self._shop.started(topology, environment or {}, core=self._core) as subject:
            yield subject

    def _note(self, server: str, peer: str, settings: Case, command: list[str], environment: Mapping[str, str]) -> None:
        told = ", ".join(f"{key}={value}" for key, value in settings.items() if key != "again") or "as it is"
        words = [f"{name}={shlex.quote(word)}" for name, word in sorted(environment.items())]
        text = "\n    ".join([f"{told}:", *words, shlex.join(command)]) + "\n"
        known = self.configurations.setdefault(f"{server}-{peer}", "")
        if f"{told}:" not in known:
            self.configurations[f"{server}-{peer}"] = known + text


@contextlib.contextmanager
def bench(scale: Scale) -> Iterator[Bench]:
    """A laboratory until the end of the block; meanwhile this process keeps to the generator's core."""
    usable = os.sched_getaffinity(0)
    core, own = (min(usable), max(usable)) if len(usable) > 1 else (None, None)
    with tempfile.TemporaryDirectory(prefix="ambos-lab-", ignore_cleanup_errors=True) as name:
        if own is not None:
            os.sched_setaffinity(0, {own})
        try:
            yield Bench(scale, Path(name), core=core, generator_cpu=own)
        finally:
            os.sched_setaffinity(0, usable)
