"""Claims 6 and 11: a Django page with a row of the database, at saturation and at rates below it, on every server."""

from __future__ import annotations

from collections.abc import Iterator

from deploy.lab.experiments.loads import START_SECONDS, arrive, chosen_servers, saturate, settings
from deploy.lab.experiments.subjects import ALL_SERVERS, is_asgi
from deploy.lab.trials import Case, Laboratory, Measured, Scale, Trial

name = "load"

PATH = "/row?id=7"
# Parts of what the server itself can do.
SHARES = (0.25, 0.5, 0.75, 0.9)
COMMON_PER_SECOND = 100.0
# Measured twice: what differs between a server and itself is noise.
AGAINST_THEMSELVES = ("gunicorn-sync", "uvicorn")
SATURATION: Case = {"endpoint": "row", "load": "saturation"}
COMMON: Case = {"endpoint": "row", "load": "common"}


def trials(scale: Scale) -> list[Trial]:
    if not scale.is_full:
        return [*(_trial(scale, server, 1, (SATURATION,)) for server in chosen_servers(scale)), *_again(scale)]
    below: tuple[Case, ...] = tuple({"endpoint": "row", "load": share} for share in SHARES)
    one = [_trial(scale, server, 1, (SATURATION, *below, COMMON)) for server in ALL_SERVERS]
    # On one core a second process adds memory and little else: one round says how much.
    two = [_trial(scale, server, 2, (SATURATION, COMMON), rounds=1) for server in ALL_SERVERS]
    return [*one, *two, *_again(scale)]


def _again(scale: Scale) -> list[Trial]:
    return [_trial(scale, server, 1, (SATURATION,), again=1) for server in AGAINST_THEMSELVES]


def _trial(
    scale: Scale, server: str, processes: int, cases: tuple[Case, ...], *, rounds: int | None = None, **more: int
) -> Trial:
    peer = "django-asgi" if is_asgi(server) else "django-wsgi"
    seconds = START_SECONDS + len(cases) * (scale.warm_up_seconds + scale.load_seconds + 0.1)
    return Trial(name, server, peer, settings(server, processes) | more, cases, seconds, rounds)


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    """Saturation is measured first, whatever the order of the cases: the others' rates are parts of it."""
    with laboratory.start(trial.server, trial.peer, trial.settings) as running:
        saturation = saturate(running, SATURATION, laboratory, PATH)
        if SATURATION in cases:
            yield saturation
        for case in cases:
            if case == SATURATION:
                continue
            share = case["load"]
            at_once = saturation.metrics["requests_per_second"]
            rate = COMMON_PER_SECOND if isinstance(share, str) else share * at_once
            yield arrive(running, case, laboratory, PATH, rate=rate)
