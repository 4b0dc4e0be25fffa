"""A run that nobody measured: a folder as the laboratory writes it, with round numbers that one can follow."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.compare.claims import written

WSGI = {"gunicorn-sync": 1, "gunicorn-gthread": 8, "gunicorn-gevent": 0, "uwsgi": 1, "mod_wsgi": 1, "granian-wsgi": 1}
ASGI = {"daphne": 300, "ambos-daphne": 290, "uvicorn": 700, "hypercorn": 420, "gunicorn-asgi": 600, "granian-asgi": 900}
RATES = dict(zip(WSGI, (2400, 2100, 1500, 3100, 2800, 3600), strict=True)) | ASGI
HEAD = {
    "format": 1,
    "profile": "quick",
    "seed": 7,
    "started_at": "2026-11-20T10:00:00+00:00",
    "ended_at": "2026-11-20T10:12:00+00:00",
    "complete": True,
    "chosen": [],
    "machine": {"processor": "Example CPU at 2.50 GHz", "cores": 2, "memory_mib": 7950, "kernel": "Linux 6.1"},
    "versions": {"python": "3.11.2", "django": "5.2.19", "gunicorn": "27.0.1"},
    "generator": {"requests_per_second": 190000, "lag_p99_ms": 0.08},
    "database": "SQLite 3.40.1",
    "unavailable": {"mod_wsgi": "mod_wsgi is missing: apt package apache2-dev"},
    "thrown_away": [
        {
            "experiment": "load",
            "server": "uvicorn",
            "peer": "django-asgi",
            "case": {"load": 0.9},
            "round": 1,
            "why": "late",
        }
    ],
    "itself": {"gunicorn-sync": {"ratio": 1.01, "low": 0.98, "high": 1.03}},
    "void": "",
}


def write_run(place: Path, name: str = "example", **head: Any) -> Path:
    """Write the run into ``place`` and give its folder; ``head`` overrides what run.json says."""
    folder = place / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "configurations").mkdir(parents=True)
    (folder / "configurations" / "uvicorn-django-asgi.txt").write_text("uvicorn --port 8000\n", encoding="utf-8")
    write(folder, "run.json", HEAD | {"name": name} | head)
    write(folder, "summary.json", {"cells": list(cells())})
    write(folder, "verdicts.json", {"claims": list(verdicts())})
    return folder


def write(folder: Path, file: str, content: Any) -> None:
    (folder / file).write_text(json.dumps(content), encoding="utf-8")


def cell(experiment: str, server: str, peer: str, case: dict[str, Any], **metrics: float) -> dict[str, Any]:
    figures = {
        name: {"median": value, "low": round(value * 0.95, 4), "high": round(value * 1.08, 4), "n": 3}
        for name, value in metrics.items()
    }
    return {"experiment": experiment, "server": server, "peer": peer, "case": case, "metrics": figures}


def peer_of(server: str, kind: str = "bare") -> str:
    return f"{kind}-{'wsgi' if server in WSGI else 'asgi'}"


def cells() -> Iterator[dict[str, Any]]:
    for server, most in RATES.items():
        yield from _load(server, most)
        yield from _waits(server)
        yield from _others(server, most)
    yield from _frameworks()
    for topology, micros in (("split", 9000.0), ("all_asgi", 14000.0)):
        for page in ("list", "product"):
            case = {"page": page, "load": "saturation"}
            rate = 1e6 / micros
            yield cell("pages", topology, "site", case, requests_per_second=rate, cpu_us_per_request=micros, p99_ms=40)
        yield cell("mixed", topology, "site", {}, page_p50_ms=micros / 800, page_p99_ms=micros / 200, message_p99_ms=12)


def _load(server: str, rate: float) -> Iterator[dict[str, Any]]:
    peer = peer_of(server, "django")
    for processes in (1, 2):
        for load, factor, slowness in (
            (0.25, 0.25, 1),
            (0.5, 0.5, 1.3),
            (0.75, 0.75, 2.2),
            (0.9, 0.9, 5),
            ("saturation", 1, 9),
        ):
            yield cell(
                "load",
                server,
                peer,
                {"processes": processes, "load": load},
                requests_per_second=rate * factor * processes,
                p50_ms=1000 / rate * slowness,
                p99_ms=3000 / rate * slowness,
                cpu_us_per_request=1e6 / rate,
                pss_mib=20 + 40 * processes,
                threads=processes,
            )
    yield cell("load", server, peer, {"processes": 1, "load": "common"}, requests_per_second=100, p99_ms=3)


def _waits(server: str) -> Iterator[dict[str, Any]]:
    slots = 2 * WSGI.get(server, 0) or 1000
    for concurrency in (1, 4, 16, 64, 256):
        case: dict[str, Any] = {"processes": 2, "threads": 8 if server == "gunicorn-gthread" else 1}
        case |= {"concurrency": concurrency, "endpoint": "wait"}
        rate = float(min(slots, concurrency) * 10)
        yield cell("waits", server, peer_of(server), case, requests_per_second=rate, p50_ms=concurrency / rate * 1000)


def _others(server: str, rate: float) -> Iterator[dict[str, Any]]:
    one: dict[str, Any] = {"processes": 1}
    bare, is_asgi = peer_of(server), server in ASGI
    yield cell("blocked", server, bare, one | {"endpoint": "wait"}, fast_max_ms=30 if is_asgi else 1990)
    yield cell("stopping", server, bare, one, finished=1, close_code=1012 * is_asgi, stop_seconds=2.1, left_behind=0)
    yield cell("slow_reader", server, bare, one | {"kind": "http"}, grown_mib=rate / 100, answers=1)
    for concurrency, endpoint in ((1, "waits"), (16, "waits")):
        case = one | {"endpoint": endpoint, "concurrency": concurrency}
        yield cell("several_calls", server, bare, case, p50_ms=52 if is_asgi else 252)
    yield cell(
        "idle_streams", server, bare, one | {"connections": 300}, held=300, kib_per_connection=900 / (rate / 100)
    )
    yield cell("upgrade", server, bare, one, upgraded=float(is_asgi), status=101 if is_asgi else 400)
    yield cell("handler_cost", server, "none", {}, configuration_lines=rate / 100)
    yield cell("conformance", server, bare, one, checks=24, failed=0)
    if is_asgi:
        yield cell("websockets", server, bare, one | {"kind": "echo"}, messages_per_second=rate * 20, p99_ms=4)
        yield cell("websockets", server, bare, one | {"kind": "fan"}, deliveries_per_second=rate * 30, p99_ms=9)
        sockets = {"held": 300, "kib_per_connection": 30, "idle_cpu_percent": 0.6}
        yield cell("idle_sockets", server, peer_of(server, "django"), one | {"connections": 300}, **sockets)


def _frameworks() -> Iterator[dict[str, Any]]:
    speeds = {"bare-wsgi": 9000, "django-wsgi": 2400, "flask": 3900, "pyramid": 4800}
    speeds |= {"bare-asgi": 21000, "django-asgi": 700, "fastapi": 4100, "starlette": 9200}
    for peer, rate in speeds.items():
        server = "gunicorn-sync" if peer in {"bare-wsgi", "django-wsgi", "flask", "pyramid"} else "uvicorn"
        for view in ("sync", "async") if peer.startswith("django") else ("sync",):
            yield cell("handler_cost", "none", peer, {"view": view}, cpu_us_per_request=2e5 / rate)
        for endpoint in ("plain", "row"):
            case = {"processes": 1, "endpoint": endpoint}
            yield cell("frameworks", server, peer, case, requests_per_second=rate / (1 + (endpoint == "row")), p99_ms=9)


def verdicts() -> Iterator[dict[str, Any]]:
    outcomes = ("holds", "fails", "conditional", "undecided", "untested")
    for place, claim in enumerate(written()):
        number, verdict = claim.number, outcomes[place % len(outcomes)]
        test = {"says": {"en": f"Test of {number}", "es": f"Prueba de {number}"}, "unit": "1/s", "relation": "at_most"}
        figures = {"value": 20.0, "low": 19.5, "high": 20.4} if verdict != "untested" else {}
        yield {
            "id": claim.id,
            "number": number,
            "title": claim.titles,
            "statement": claim.statements,
            "verdict": verdict,
            "why": {"en": "Because of the figure.", "es": "Por la cifra."},
            "tests": [test | figures | {"threshold": 22, "outcome": "yes", "role": "must"}],
        }
