"""What exactly is going to be started: a topology with its ports, programs and environment filled in."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy import front, programs, serve
from deploy.errors import DeployError
from deploy.topology import Process, Topology, fill, load

ROOT = Path(__file__).resolve().parent.parent
FRONT = "nginx"


@dataclass(frozen=True)
class Start:
    """One process to start, and how it is asked whether it is ready (an HTTP path on its port) and told to stop."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    port: int | None
    ready: str
    stop_signal: signal.Signals
    stop_seconds: float
    # A job that ends by itself, and is not started again.
    once: bool = False


@dataclass(frozen=True)
class Plan:
    topology: Topology
    port: int
    data: Path
    starts: tuple[Start, ...]
    notes: tuple[str, ...]

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def drain_file(self) -> Path:
        return Path(os.environ.get("DRAIN_FILE") or self.run / "draining")


def make_plan(topology: Topology, *, port: int, data: Path) -> Plan:
    """Find the programs, choose the ports, write nginx's configuration. Raises DeployError; starts nothing."""
    notes = []
    if topology.front.server and programs.find(topology.front.server) is None and topology.front.otherwise:
        substitute = load(topology.front.otherwise)
        notes.append(f"{topology.front.server} is not installed: {topology.name} becomes {substitute.name}")
        topology = substitute
    data = prepare_folder(data)
    port = _front_port(port)
    ports = _private_ports(topology, port)
    starts = [_start(topology, process, port=port, ports=ports, data=data) for process in topology.processes]
    if topology.front.server:
        starts.append(_nginx(topology, port=port, ports=ports, data=data))
    return Plan(topology, port, data, tuple(starts), tuple(notes))


def filling(plan: Plan) -> Start:
    """The job that draws the rest of the sample prints while the site runs, out of its way."""
    command = [sys.executable, "-m", "deploy", "fill", "--data", str(plan.data)]
    if (nice := programs.find("nice")) is not None:
        command = [nice, "-n", "10", *command]
    return Start("goods", tuple(command), dict(os.environ), None, "", signal.SIGTERM, 10, once=True)


def prepare_folder(data: Path) -> Path:
    """The data folder with its ``run`` inside, made if need be. Raises DeployError where nothing can be written."""
    data = data.absolute()
    try:
        (data / "run").mkdir(parents=True, exist_ok=True)
        probe = data / "run" / f".writable.{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise DeployError(f"cannot write to the data folder {data}: {error.strerror}") from error
    return data


def _start(topology: Topology, process: Process, *, port: int, ports: Mapping[str, int], data: Path) -> Start:
    values = {f"{name}.port": str(number) for name, number in ports.items()}
    values |= {"front.port": str(port), "data": str(data), "run": str(data / "run")}
    own = ports.get(process.name)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PYTHONUNBUFFERED": "1",
        "PORT": str(port),
        "DATA_DIR": str(data),
        "TOPOLOGY": topology.name,
        "PROCESS_NAME": process.name,
        "SERVER_NAME_SHOWN": process.server,
    }
    for words in (topology.environment, process.environment):
        environment |= {name: fill(word, values) for name, word in words.items()}
    needed_by = f"{topology.name}: {process.name}"
    program, *arguments = process.command
    command = [programs.need(program, needed_by)]
    serve.check_installed(process.command, needed_by)
    command += [fill(word, values | {"port": str(own)}) for word in arguments]
    return Start(
        process.name, tuple(command), environment, own, process.ready, process.stop_signal, process.stop_seconds
    )


def _nginx(topology: Topology, *, port: int, ports: Mapping[str, int], data: Path) -> Start:
    program = programs.need("nginx", topology.name)
    configuration = front.write_configuration(topology, port=port, ports=ports, data=data)
    command = (program, "-e", "stderr", "-p", str(configuration.parent), "-c", str(configuration))
    # SIGQUIT is nginx's word for "finish what is under way".
    return Start(FRONT, command, dict(os.environ), port, "/healthz", signal.SIGQUIT, 5)


def _front_port(port: int) -> int:
    if port == 0:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])
    if not 1 <= port <= 65535:
        raise DeployError(f"PORT must be between 1 and 65535, not {port}")
    if (reason := _refused(port)) is not None:
        raise DeployError(f"port {port} cannot be used: {reason} (another one: PORT={port + 10})")
    return port


def _private_ports(topology: Topology, port: int) -> dict[str, int]:
    """The front's process gets the front's port, the others the next free ones above it."""
    ports: dict[str, int] = {}
    candidate = port
    for process in topology.processes:
        if process.name == topology.front.process:
            ports[process.name] = port
        elif process.has_port:
            candidate += 1
            while _refused(candidate) is not None:
                candidate += 1
                if candidate > 65535:
                    raise DeployError(f"no free port above {port} for {process.name}")
            ports[process.name] = candidate
    return ports


def _refused(port: int) -> str | None:
    """Why nobody may listen on the port, or None."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            return getattr(error, "strerror", None) or "there is no such port"
    return None
