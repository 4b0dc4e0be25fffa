"""Claims 8 and 15: how much a server carries over WebSockets, by itself and under Django with Channels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from deploy.lab import generator
from deploy.lab.experiments.holding import stop_quickly, watched_servers
from deploy.lab.experiments.loads import START_SECONDS, generator_flaw
from deploy.lab.experiments.subjects import is_asgi
from deploy.lab.trials import Case, Flawed, Laboratory, Measured, Running, Scale, Trial

name = "websockets"

PEERS = ("bare-asgi", "django-asgi")
ECHO: Case = {"kind": "echo", "connections": 64}
FAN: Case = {"kind": "fan", "connections": 100}
# What opening the connections takes, twice.
CONNECT_SECONDS = 0.2
# Some thousand messages a second are counted well enough in one.
MOST_SECONDS = 1.0

Load = TypeVar("Load", "generator.EchoLoad", "generator.FanLoad")


def trials(scale: Scale) -> list[Trial]:
    seconds = START_SECONDS + 2 * (load_seconds(scale) + scale.warm_up_seconds + CONNECT_SECONDS)
    servers = [server for server in watched_servers(scale) if is_asgi(server)]
    return [Trial(name, server, peer, {"processes": 1}, (ECHO, FAN), seconds) for peer in PEERS for server in servers]


def load_seconds(scale: Scale) -> float:
    return min(scale.load_seconds, MOST_SECONDS)


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    """Both in a closed loop: the next message goes when the last one has come back, from one socket or from all."""
    with laboratory.start(trial.server, trial.peer, trial.settings) as running:
        for case in cases:
            measure = echo if case["kind"] == "echo" else fan
            yield measure(running, case, laboratory)
        stop_quickly(running)


def echo(running: Running, case: Case, laboratory: Laboratory) -> Measured:
    def load(seconds: float) -> generator.EchoLoad:
        connections = int(case["connections"])
        return generator.ws_echo(
            running.port, "/echo", connections=connections, seconds=seconds, cpu=laboratory.generator_cpu
        )

    done, used_seconds = _loaded(running, laboratory, load)
    rate = {
        "messages_per_second": done.messages_per_second,
        "cpu_us_per_message": used_seconds / (done.messages_per_second * done.seconds) * 1e6,
    }
    return _measured(case, done, rate, used_seconds)


def fan(running: Running, case: Case, laboratory: Laboratory) -> Measured:
    def load(seconds: float) -> generator.FanLoad:
        sockets = int(case["connections"])
        return generator.ws_fan(
            running.port, "/fan", sockets=sockets, seconds=seconds, rate=None, cpu=laboratory.generator_cpu
        )

    done, used_seconds = _loaded(running, laboratory, load)
    rate = {
        "deliveries_per_second": done.deliveries_per_second,
        "delivered_share": done.deliveries / done.expected,
        "cpu_us_per_delivery": used_seconds / done.deliveries * 1e6,
    }
    return _measured(case, done, rate, used_seconds)


def _loaded(running: Running, laboratory: Laboratory, load: Callable[[float], Load]) -> tuple[Load, float]:
    """The load and the processor seconds that the server used for it, opening the sockets included."""
    load(laboratory.scale.warm_up_seconds)
    before = running.usage()
    done = load(load_seconds(laboratory.scale))
    used_seconds = running.usage().cpu_seconds - before.cpu_seconds
    if not running.is_alive():
        raise Flawed("the server died under the load")
    if not done.latency.count:
        raise Flawed(f"no message came back: {done.errors}")
    return done, used_seconds


def _measured(
    case: Case, load: generator.EchoLoad | generator.FanLoad, rate: dict[str, float], used_seconds: float
) -> Measured:
    share = load.cpu_seconds / load.seconds
    metrics = rate | {
        "p50_ms": load.latency.p50_us / 1000,
        "p99_ms": load.latency.p99_us / 1000,
        "errors": float(sum(load.errors.values())),
        "generator_share": share,
    }
    return Measured(case, metrics, load.latency.histogram, generator_flaw(share, used_seconds / load.seconds))
