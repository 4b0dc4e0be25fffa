"""What the samples of a run say together: each cell's metrics with their intervals, and servers against themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from deploy.lab.results import Sample
from deploy.lab.statistics import Estimate, estimate, paired_ratio
from deploy.lab.trials import GENERATOR_BOUND

# Told from a first measurement of the same subject by this key of its case.
AGAIN = "again"
# A difference below this is none that the laboratory would quote, whatever the interval.
NEAR_ONE = 0.03
METRIC = "requests_per_second"


def summarise(samples: Iterable[Sample]) -> dict[str, Any]:
    """``summary.json``: one entry a cell. Flawed samples do not count; a cell that has no others is missing."""
    cells: dict[Any, list[Sample]] = defaultdict(list)
    for sample in counting(samples):
        cells[sample.cell].append(sample)
    return {"cells": [_cell(measured) for _key, measured in sorted(cells.items(), key=lambda item: repr(item[0]))]}


def counting(samples: Iterable[Sample]) -> list[Sample]:
    """Those without a flaw. A cell that was too fast for the generator even once does not count at all: what is left of
    it would be its slow rounds."""
    everything = list(samples)
    too_fast = {sample.cell for sample in everything if sample.flaw == GENERATOR_BOUND}
    return [sample for sample in everything if not sample.flaw and sample.cell not in too_fast]


def thrown_away(samples: Iterable[Sample]) -> list[dict[str, Any]]:
    """``run.json``'s list of what does not count, and whether it was measured again with better luck."""
    everything = list(samples)
    good = {(sample.cell, sample.round) for sample in counting(everything)}
    return [
        {
            "experiment": sample.experiment,
            "server": sample.server,
            "peer": sample.peer,
            "case": dict(sample.case),
            "round": sample.round,
            "why": sample.flaw,
            "replaced": (sample.cell, sample.round) in good,
        }
        for sample in everything
        if sample.flaw
    ]


def against_themselves(samples: Iterable[Sample]) -> dict[str, Estimate]:
    """How often faster a server was than itself, by server: the second measurement of a round over the first."""
    firsts: dict[Any, float] = {}
    seconds: dict[Any, float] = {}
    for sample in counting(samples):
        value = sample.metrics.get(METRIC, 0.0)
        if value > 0:
            case = {key: word for key, word in sample.case.items() if key != AGAIN}
            key = (sample.server, sample.experiment, sample.peer, tuple(sorted(case.items())), sample.round)
            (seconds if AGAIN in sample.case else firsts)[key] = value
    pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for key, value in sorted(seconds.items(), key=repr):
        if key in firsts:
            pairs[key[0]].append((value, firsts[key]))
    return {server: paired_ratio(found) for server, found in pairs.items()}


def void(itself: dict[str, Estimate]) -> str:
    """Why nothing of the run may be believed; empty where a server is as fast as itself."""
    for server, ratio in sorted(itself.items()):
        if ratio.n > 1 and (ratio.low > 1 + NEAR_ONE or ratio.high < 1 / (1 + NEAR_ONE)):
            return (
                f"{server} was {ratio.median:.2f} times as fast as itself ({ratio.low:.2f} to {ratio.high:.2f}): "
                "something else changed what was measured"
            )
    return ""


def _cell(measured: list[Sample]) -> dict[str, Any]:
    first = measured[0]
    names = dict.fromkeys(name for sample in measured for name in sample.metrics)
    return {
        "experiment": first.experiment,
        "server": first.server,
        "peer": first.peer,
        "case": dict(first.case),
        "metrics": {
            name: asdict(estimate([sample.metrics[name] for sample in measured if name in sample.metrics]))
            for name in names
        },
    }
