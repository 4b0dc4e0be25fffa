"""Claim 21: a shop and its chat at once, and what the one makes of the other, topology against topology."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from deploy.lab import generator
from deploy.lab.experiments import chatting, visiting
from deploy.lab.experiments.chatting import Say, Talk
from deploy.lab.experiments.loads import LAG_P99_MS, NO_HEADERS, check_answered, load_metrics
from deploy.lab.experiments.pages import SITE_START_SECONDS, shop_pages
from deploy.lab.experiments.visiting import Visitor
from deploy.lab.trials import Case, Laboratory, Measured, Running, Scale, Trial

name = "mixed"

# How those in the chat hear of what was said: the topology that has no sockets leaves them to ask for it.
WAYS = {"split": "sockets", "all_asgi": "sockets", "all_wsgi": "polls"}
# One process for each door: several would hear of each other's messages by Redis, or here, without one, half a second
# later, and that delay would be all that is measured.
SITE = {"WEB_CONCURRENCY": "1"}
PAGES_PER_SECOND = 20.0
PAGE_CONNECTIONS = 256
LISTENERS = 50
# Nobody may say more than ten things in ten seconds; four say half of that.
SPEAKERS = ("Ada", "Ines", "Mia", "Tom")
MESSAGE_SECONDS = 0.5
# At twenty pages a second, a second or two would not tell what one page in a hundred takes.
LEAST_SECONDS, LEAST_QUICK_SECONDS = 8.0, 2.0
# A message takes about ten milliseconds either way, and from round to round a fifth more or less.
CLOSE_ROUNDS = 15


def trials(scale: Scale) -> list[Trial]:
    # Guests who choose names, sockets that are opened, messages that are waited for.
    seconds = SITE_START_SECONDS + load_seconds(scale) + 2.0
    return [
        Trial(
            name,
            topology,
            "site",
            {},
            ({"chat": way, "pages_per_second": PAGES_PER_SECOND},),
            seconds,
            # What only asks is slower by so much that the scale's rounds will do.
            CLOSE_ROUNDS if scale.is_full and way == "sockets" else None,
            beside=name,
        )
        for topology, way in WAYS.items()
    ]


def load_seconds(scale: Scale) -> float:
    return max(scale.load_seconds, LEAST_SECONDS if scale.is_full else LEAST_QUICK_SECONDS)


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    """``message_p50_ms``, ``message_p99_ms``: from when a message was to be said until each listener has it;
    ``delivered_share``: of all that were to come, 0 to 1."""
    with laboratory.start_site(trial.server, SITE) as running:
        for case in cases:
            yield measure(running, case, laboratory)


def measure(running: Running, case: Case, laboratory: Laboratory) -> Measured:
    seconds, talk = load_seconds(laboratory.scale), Talk(LISTENERS)
    paths = [(1.0, page.path) for page in shop_pages(running).values()]
    with _chat(running.port, str(case["chat"]), talk) as speakers:
        talking = threading.Thread(
            target=chatting.talk, args=(talk, speakers), kwargs={"seconds": seconds, "every_seconds": MESSAGE_SECONDS}
        )
        before = running.usage()
        talking.start()
        load = generator.http(
            running.port,
            "/",
            paths=paths,
            connections=PAGE_CONNECTIONS,
            seconds=seconds,
            rate=PAGES_PER_SECOND,
            headers=NO_HEADERS,
            cpu=laboratory.generator_cpu,
        )
        after = running.usage()
        talking.join()
    check_answered(running, load)
    late = "generator late" if load.lag.p99_us / 1000 > LAG_P99_MS else ""
    metrics = _page_metrics(load) | _message_metrics(talk)
    metrics["pss_mib"] = after.pss_kib / 1024
    metrics["cpu_percent"] = (after.cpu_seconds - before.cpu_seconds) / load.seconds * 100
    return Measured(case, metrics, load.latency.histogram, late)


@contextlib.contextmanager
def _chat(port: int, way: str, talk: Talk) -> Iterator[list[Say]]:
    speakers = [Visitor(port) for _ in SPEAKERS]
    rooms = [visiting.enter_chat(speaker, name) for speaker, name in zip(speakers, SPEAKERS, strict=True)]
    chat = (
        chatting.over_sockets(port, talk, speakers)
        if way == "sockets"
        else chatting.by_asking(port, talk, speakers, rooms[0])
    )
    with chat as says:
        yield says


def _page_metrics(load: generator.HttpLoad) -> dict[str, float]:
    metrics = load_metrics(load)
    return {
        "page_p50_ms": metrics["p50_ms"],
        "page_p99_ms": metrics["p99_ms"],
        "pages_per_second": metrics["requests_per_second"],
        "errors": metrics["errors"],
        "lag_p99_ms": metrics["lag_p99_ms"],
    }


def _message_metrics(talk: Talk) -> dict[str, float]:
    latencies = talk.latencies_ms
    metrics = {"delivered_share": len(latencies) / talk.expected}
    if latencies:
        metrics["message_p50_ms"] = latencies[len(latencies) // 2]
        metrics["message_p99_ms"] = latencies[min(len(latencies) - 1, len(latencies) * 99 // 100)]
    return metrics
