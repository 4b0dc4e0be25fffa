"""Claim 12: what WebSockets cost that are open and say nothing: memory, processor time, and the time to open them."""

from __future__ import annotations

import time
from collections.abc import Iterator

from deploy.lab import generator
from deploy.lab.experiments.holding import held_metrics, stop_quickly, warm_up, watched_servers
from deploy.lab.experiments.subjects import is_asgi
from deploy.lab.trials import Case, Laboratory, Measured, Scale, Trial

name = "idle_sockets"

PATH = "/echo"
# The servers that the site itself would use, with Channels in between.
CHANNELS_SERVERS = ("daphne", "ambos-daphne", "uvicorn")
QUICK_CHANNELS_SERVERS = ("uvicorn",)
# When none was taken for so long, none will be.
CONNECT_SECONDS = 3.0
SETTLE_SECONDS = 0.3


def trials(scale: Scale) -> list[Trial]:
    few = ({"connections": 1000 if scale.is_full else 300},)
    many = (*few, {"connections": 5000}) if scale.is_full else few
    bare = filter(is_asgi, watched_servers(scale))
    channels = CHANNELS_SERVERS if scale.is_full else QUICK_CHANNELS_SERVERS
    return [_trial(server, "bare-asgi", many, scale) for server in bare] + [
        _trial(server, "django-asgi", few, scale) for server in channels
    ]


def _trial(server: str, peer: str, cases: tuple[Case, ...], scale: Scale) -> Trial:
    seconds = sum(2.0 + float(case["connections"]) / 1500 + idle_seconds(scale) for case in cases)
    return Trial(name, server, peer, {"processes": 1}, cases, seconds)


def idle_seconds(scale: Scale) -> float:
    """How long their idleness is watched."""
    return 2.0 if scale.is_full else 0.5


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    """Each case on a server of its own: memory that one has had, it does not give back for the next.
    ``idle_cpu_percent`` of one core."""
    for case in cases:
        with laboratory.start(trial.server, trial.peer, trial.settings) as running:
            warm_up(running.port, "websocket", PATH)
            before = running.usage()
            with generator.hold(
                running.port,
                "websocket",
                PATH,
                connections=int(case["connections"]),
                connect_timeout_seconds=CONNECT_SECONDS,
                cpu=laboratory.generator_cpu,
            ) as held:
                time.sleep(SETTLE_SECONDS)
                began, first = time.monotonic(), running.usage()
                time.sleep(idle_seconds(laboratory.scale))
                last, seconds = running.usage(), time.monotonic() - began
                metrics = held_metrics(held, before, last)
            idle = (last.cpu_seconds - first.cpu_seconds) / seconds * 100
            metrics |= {"idle_cpu_percent": idle, "connects_per_second": held.open / max(held.connect_seconds, 0.001)}
            yield Measured(case, metrics)
            stop_quickly(running)
