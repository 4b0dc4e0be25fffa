"""Samples, trials and claims as tests need them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.lab.claims import Claim, load
from deploy.lab.results import Sample
from deploy.lab.trials import Case, Trial

CLAIM = """
[[claims]]
number = 1
id = "waits"
experiments = ["waits"]
title = {en = "Waits", es = "Esperas"}
statement = {en = "A worker waits.", es = "Un proceso espera."}
condition = {en = "With one thread.", es = "Con un hilo."}
"""
TEST = """
[[claims.tests]]
says = {en = "sync", es = "síncrono"}
metric = "requests_per_second"
of = {experiment = "waits", server = "gunicorn-sync"}
at_most = 22
unit = "/s"
role = "must"
"""


def claim(folder: Path, *tests: str, head: str = CLAIM) -> Claim:
    """A claim with these tests, read from a file as the real ones are."""
    file = folder / "claims.toml"
    file.write_text(head + "\n".join(tests or [TEST]), encoding="utf-8")
    return load(file)[0]


def comparison(**changes: Any) -> str:
    """The words of a test in claims.toml, with some of its keys changed; None takes a key away."""
    keys = {
        "says": '{en = "sync", es = "síncrono"}',
        "metric": '"requests_per_second"',
        "of": '{experiment = "waits", server = "gunicorn-sync"}',
        "at_most": "22",
        "unit": '"/s"',
        "role": '"must"',
    } | changes
    return "[[claims.tests]]\n" + "\n".join(f"{key} = {word}" for key, word in keys.items() if word is not None)


def sample(
    value: float | None = None,
    *,
    server: str = "gunicorn-sync",
    peer: str = "bare-wsgi",
    experiment: str = "waits",
    round: int = 1,
    flaw: str = "",
    case: Case | None = None,
    metrics: Mapping[str, float] | None = None,
) -> Sample:
    measured = {"requests_per_second": value} if value is not None else {}
    return Sample(experiment, server, peer, case or {}, round, {**measured, **(metrics or {})}, flaw=flaw)


def samples(*values: float, **more: Any) -> list[Sample]:
    """One sample a round."""
    return [sample(value, round=number, **more) for number, value in enumerate(values, start=1)]


def trial(server: str = "gunicorn-sync", *, cases: tuple[Case, ...] = ({},), **more: Any) -> Trial:
    keys: dict[str, Any] = {"experiment": "waits", "peer": "bare-wsgi", "settings": {}, "seconds": 2.0} | more
    return Trial(server=server, cases=cases, **keys)
