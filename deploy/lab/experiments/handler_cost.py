"""Claims 10, 14 and 18: what an application costs by itself, and how long the configuration of a server is."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.lab import handler, servers
from deploy.lab.experiments.subjects import ALL_SERVERS
from deploy.lab.trials import Case, Laboratory, Measured, Scale, Trial, Unavailable

name = "handler_cost"

CONFIGURATIONS = Path(__file__).resolve().parents[2] / "servers"
# What each peer's views can be.
VIEWS: dict[str, tuple[str, ...]] = {
    "bare-wsgi": ("sync",),
    "django-wsgi": ("sync", "async"),
    "flask": ("sync", "async"),
    "pyramid": ("sync",),
    "bare-asgi": ("async",),
    "django-asgi": ("sync", "async"),
    "fastapi": ("sync", "async"),
    "starlette": ("sync", "async"),
}
# An interpreter, and the framework loaded.
START_SECONDS = 0.6
MOST_LOAD_SECONDS = 0.5
TIMEOUT_SECONDS = 60.0


def trials(scale: Scale) -> list[Trial]:
    return [
        *(_handler_trial(scale, peer, views) for peer, views in VIEWS.items()),
        *(Trial(name, server, "none", {}, ({},), 0.1, rounds=1) for server in ALL_SERVERS),
    ]


def _handler_trial(scale: Scale, peer: str, views: tuple[str, ...]) -> Trial:
    cases = tuple({"view": view} for view in views)
    return Trial(name, "none", peer, {}, cases, len(cases) * (START_SECONDS + _seconds(scale)))


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    """``cpu_us_per_request`` of the handler alone; ``code_lines`` and ``configuration_lines`` leave out comments."""
    for case in cases:
        if trial.peer == "none":
            yield Measured(case, {"configuration_lines": float(configuration_lines(trial.server))})
        else:
            figures = _handle(laboratory, trial.peer, str(case["view"]))
            yield Measured(case, figures | code_lines(trial.peer))


def _seconds(scale: Scale) -> float:
    return min(scale.load_seconds, MOST_LOAD_SECONDS)


def _handle(laboratory: Laboratory, peer: str, view: str) -> dict[str, float]:
    if gone := servers.missing(servers.peers()[peer]):
        raise Unavailable(gone)
    command = [sys.executable, "-m", handler.__name__, peer, view, str(_seconds(laboratory.scale))]
    figures: dict[str, float] = json.loads(laboratory.run(command, timeout_seconds=TIMEOUT_SECONDS))
    return figures


def code_lines(peer: str) -> dict[str, float]:
    """Of a bare peer: the same endpoints by hand on each interface. A framework's are in several files."""
    if not peer.startswith("bare"):
        return {}
    module = servers.peers()[peer].target.partition(":")[0]
    return {"code_lines": float(_lines(Path(__file__).resolve().parents[3] / f"{module.replace('.', '/')}.py"))}


def configuration_lines(server: str) -> int:
    """Raises Unavailable where there is no configuration of that server."""
    file = next(iter(sorted(CONFIGURATIONS.glob(f"{server}.*"))), None)
    if file is None:
        raise Unavailable(f"{server} has no configuration in {CONFIGURATIONS.name}")
    return _lines(file)


def _lines(file: Path) -> int:
    """Without comments, docstrings and empty lines."""
    text = file.read_text(encoding="utf-8")
    silent = _docstring_lines(text) if file.suffix == ".py" else set()
    lines = enumerate((line.strip() for line in text.splitlines()), 1)
    return sum(1 for number, line in lines if line and line[0] not in "#;" and number not in silent)


def _docstring_lines(source: str) -> set[int]:
    """The lines of texts that stand alone: a comment by another name."""
    alone = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    ]
    return {line for node in alone for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
