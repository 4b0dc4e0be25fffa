"""What an experiment may use: the laboratory as ``deploy.lab.trials.Laboratory`` promises it."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from deploy import topology
from deploy.errors import DeployError
from deploy.lab import running, servers
from deploy.lab.running import ROOT, Subject
from deploy.lab.sites import Shop
from deploy.lab.trials import Case, Scale, Unavailable

# Takes the name of a file and what stands in it: whoever reads a figure wants to see what was started, word for word.
Record = Callable[[str, str], None]


class Lacking(Unavailable):
    """A server, peer or topology that cannot be started here at all, by its name."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name


class Bench:
    """Subjects run on the first core that we may use, and we ourselves, with the generator, on the last."""

    def __init__(
        self,
        scale: Scale,
        data: Path,
        record: Record,
        *,
        core: int | None = None,
        generator_cpu: int | None = None,
    ) -> None:
        """``data`` keeps the prepared shop. ``core`` is where subjects run; None: anywhere."""
        self._scale = scale
        self._record = record
        self._generator_cpu = generator_cpu
        self._core = core
        self._shop = Shop(data / "lab")
        self._servers = servers.load()
        self._peers = servers.peers()

    @property
    def scale(self) -> Scale:
        return self._scale

    @property
    def core(self) -> int | None:
        return self._core

    @property
    def generator_cpu(self) -> int | None:
        return self._generator_cpu

    def run(self, command: Sequence[str], *, timeout_seconds: float) -> str:
        """What a program prints that measures itself, run to its end where subjects run."""
        with running.own_folder() as folder:
            return running.run(command, folder, core=self._core, timeout_seconds=timeout_seconds)

    @contextlib.contextmanager
    def start(self, server: str, peer: str, settings: Case) -> Iterator[Subject]:
        """Start ``peer`` under ``server`` with settings processes (default 1), threads (1); ready when it yields."""
        if server not in self._servers or peer not in self._peers:
            raise DeployError(f'there is no "{peer}" on "{server}" to be measured')
        chosen = self._servers[server], self._peers[peer]
        for part in chosen:
            if lacking := servers.missing(part):
                raise Lacking(part.name, lacking)
        processes, threads = int(settings.get("processes", 1)), int(settings.get("threads", 1))
        port = running.free_port()
        with running.own_folder() as folder:
            command, environment = servers.command(*chosen, port, processes, threads, folder=folder)
            self._record_command(
                chosen[0], peer, settings, command, environment, {str(folder): "FOLDER", str(port): "PORT"}
            )
            with running.started(command, environment, port, folder, core=self._core) as subject:
                yield subject

    @contextlib.contextmanager
    def start_site(self, name: str, environment: Mapping[str, str] | None = None) -> Iterator[Subject]:
        """Start the whole shop in that topology, with sample goods and SQLite; the port is the front door's."""
        self._record_topology(name, environment or {})
        with contextlib.ExitStack() as stack:
            try:
                subject = stack.enter_context(self._shop.started(name, environment or {}, core=self._core))
            except Unavailable as lack:
                raise Lacking(name, str(lack)) from lack
            yield subject

    def _record_command(
        self,
        server: servers.Server,
        peer: str,
        settings: Case,
        command: list[str],
        environment: Mapping[str, str],
        told_as: Mapping[str, str],
    ) -> None:
        """One file for each server with each peer; what differs from start to start is named instead of told."""
        version = importlib.metadata.version(server.package)
        lines = [f"{_told(settings)}:", *_words(environment), shlex.join(command)]
        text = "\n    ".join(lines).replace(sys.prefix, "VENV").replace(str(ROOT), "ROOT")
        for value, name in told_as.items():
            text = text.replace(value, name)
        head = " ".join(filter(None, [f"{server.title} ({server.package} {version}).", server.note]))
        for words in (head, f"\n{text}"):
            self._record(f"{server.name}-{peer}.txt", f"{words}\n")

    def _record_topology(self, name: str, environment: Mapping[str, str]) -> None:
        """Its own file, with the configuration files that its commands name."""
        command = shlex.join(["python", "-m", "deploy", "up", name])
        self._record(f"{name}-site.txt", "\n".join([*_words(environment), command]) + "\n")
        words = {word for process in topology.load(name).processes for word in process.command}
        named = {path for word in words if (path := ROOT / word.rpartition("=")[2]).is_file()}
        for path in sorted({topology.FOLDER / f"{name}.toml", *named, *(ROOT / "deploy" / "nginx").glob("*.template")}):
            # A copy is a text and no module, whatever it is a copy of.
            name = f"{path.name}.txt" if path.suffix == ".py" else path.name
            self._record(name, path.read_text(encoding="utf-8"))


def _told(settings: Case) -> str:
    return ", ".join(f"{key}={value}" for key, value in settings.items() if key != "again") or "as it is"


def _words(environment: Mapping[str, str]) -> list[str]:
    return [f"{name}={shlex.quote(word)}" for name, word in sorted(environment.items())]


@contextlib.contextmanager
def bench(scale: Scale, data: Path, record: Record = lambda _name, _text: None) -> Iterator[Bench]:
    """A laboratory until the end of the block; meanwhile this process keeps to the generator's core."""
    usable = os.sched_getaffinity(0)
    core, own = (min(usable), max(usable)) if len(usable) > 1 else (None, None)
    if own is not None:
        os.sched_setaffinity(0, {own})
    try:
        yield Bench(scale, data, record, core=core, generator_cpu=own)
    finally:
        os.sched_setaffinity(0, usable)
