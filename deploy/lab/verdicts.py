"""Whether a claim holds: computed from the samples of a run, by the thresholds that stood before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.lab.claims import Claim, Comparison, Value
from deploy.lab.reasons import reason
from deploy.lab.results import Sample
from deploy.lab.statistics import Estimate, estimate, paired_ratio
from deploy.lab.summary import AGAIN, counting

# Metrics with one of these in their name scatter; others are counted. A rate scatters even where it is a whole number,
# as every rate of a load of one second is.
SCATTER = ("_per_second", "_per_request", "_per_message", "_per_delivery", "_per_connection", "_ms", "_mib", "_percent")
# What one measurement may be away from the truth, either way: as little is known of it, so much is allowed for.
ALONE = 1.5
# The order in which outcomes count against each other, the worst first.
OUTCOMES = ("no", "unclear", "yes")

# A cell's values by round.
Rounds = Mapping[int, float]
# Every cell with its metrics; server and peer stand among the keys of its case.
Cells = list[tuple[dict[str, Value], Mapping[str, Rounds]]]


@dataclass(frozen=True)
class Outcome:
    """What came of one test. ``estimate`` is of the worst cell; None where there is none to look at."""

    test: Comparison
    outcome: str
    estimate: Estimate | None
    # Of the servers, peers or values that the test names, those that were not measured.
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    claim: Claim
    verdict: str
    outcomes: tuple[Outcome, ...]
    # Why the run's figures do not count; empty where they do.
    void: str = ""
    # What the machine lacks, by server; only of those on which the claim stands.
    lacking: Mapping[str, str] = field(default_factory=dict)


def judge(
    claims: Iterable[Claim],
    samples: Iterable[Sample],
    *,
    void: str = "",
    unavailable: Mapping[str, str] | None = None,
) -> list[Verdict]:
    """The verdict of each claim. Nothing is decided by a run that is ``void``; ``unavailable`` is why a server was not
    measured, by its name."""
    cells: dict[tuple[Any, ...], dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for sample in counting(samples):
        for name, value in sample.metrics.items():
            cells[sample.cell][name][sample.round] = value
    everything: Cells = [({**_named(cell), **dict(cell[3])}, metrics) for cell, metrics in cells.items()]
    verdicts = []
    for claim in claims:
        outcomes = tuple(_outcome(test, everything) for test in claim.tests)
        lacking = {name: why for name, why in (unavailable or {}).items() if name in _named_by(claim)}
        verdicts.append(Verdict(claim, "undecided" if void else _decide(outcomes), outcomes, void, lacking))
    return verdicts


def written(verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """``verdicts.json``."""
    return {
        "claims": [
            {
                "id": verdict.claim.id,
                "number": verdict.claim.number,
                "title": dict(verdict.claim.title),
                "statement": dict(verdict.claim.statement),
                "verdict": verdict.verdict,
                "why": {language: reason(verdict, language) for language in ("en", "es")},
                "tests": [_written(outcome) for outcome in verdict.outcomes],
            }
            for verdict in verdicts
        ]
    }


def _written(outcome: Outcome) -> dict[str, Any]:
    found = outcome.estimate
    return {
        "says": dict(outcome.test.says),
        "value": found.median if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
        "n": found.n if found else 0,
        "unit": outcome.test.unit,
        "relation": outcome.test.relation,
        "threshold": outcome.test.threshold,
        "outcome": outcome.outcome,
        "role": outcome.test.role,
        "without": list(outcome.without),
    }


def _named_by(claim: Claim) -> set[Value]:
    """The servers and topologies that its tests name."""
    named = {value for test in claim.tests for value in test.of.wanted.get("server", ())}
    return named | {test.per["server"] for test in claim.tests if test.per and "server" in test.per}


def _named(cell: tuple[Any, ...]) -> dict[str, Value]:
    return dict(zip(("experiment", "server", "peer"), cell[:3], strict=True))


def _decide(outcomes: Iterable[Outcome]) -> str:
    """holds, fails, conditional, undecided or untested."""
    musts = {outcome.outcome for outcome in outcomes if outcome.test.role == "must"}
    limits = {outcome.outcome for outcome in outcomes if outcome.test.role == "limit"}
    for found, verdict in (("no", "fails"), ("missing", "untested"), ("unclear", "undecided")):
        if found in musts:
            return verdict
    if "yes" in limits:
        return "conditional"
    return "undecided" if limits & {"unclear", "missing"} else "holds"


def _outcome(test: Comparison, everything: Cells) -> Outcome:
    """Each selected cell must pass: the worst one is the test's."""
    cells = [(case, metrics[test.metric]) for case, metrics in everything if _is_wanted(test, case, metrics)]
    found = [
        (_judged(test, estimated), estimated)
        for case, values in cells
        if (estimated := _estimate(test, case, values, everything)) is not None
    ]
    without = tuple(
        str(value)
        for key, values in test.of.wanted.items()
        for value in values
        if len(values) > 1 and not any(case.get(key) == value for case, _values in cells)
    )
    if not found:
        return Outcome(test, "missing", None, without)
    sign = 1 if test.relation == "at_least" else -1
    outcome, worst = min(found, key=lambda one: (OUTCOMES.index(one[0]), sign * one[1].median))
    return Outcome(test, outcome, worst, without)


def _is_wanted(test: Comparison, case: Mapping[str, Value], metrics: Mapping[str, Rounds]) -> bool:
    wanted = test.of.wanted
    if AGAIN in case and AGAIN not in wanted:
        return False
    return test.metric in metrics and all(case.get(key) in values for key, values in wanted.items())


def _estimate(test: Comparison, case: Mapping[str, Value], values: Rounds, everything: Cells) -> Estimate | None:
    """The cell's value, or its ratio to the one that ``per`` names; None where that was not measured."""
    if test.per is None:
        return _widened(test.metric, estimate(list(values.values())), values.values())
    other = _counterpart(test, {**case, **test.per}, everything)
    rounds = [number for number in values if other and number in other]
    if other is None or not rounds or any(other[number] <= 0 for number in rounds):
        return None
    pairs = [(values[number], other[number]) for number in rounds]
    return _widened(test.metric, paired_ratio(pairs), [value for pair in pairs for value in pair])


def _counterpart(test: Comparison, wanted: Mapping[str, Value], everything: Cells) -> Rounds | None:
    """The values of the cell that is just as wanted; where none is, of the only one that is as ``per`` itself says."""
    named = {"experiment": wanted["experiment"], "server": wanted["server"], "peer": wanted["peer"], **(test.per or {})}
    candidates = [
        (case, metrics[test.metric])
        for case, metrics in everything
        if test.metric in metrics and AGAIN not in case and all(case.get(key) == value for key, value in named.items())
    ]
    same = [values for case, values in candidates if case == wanted]
    if same:
        return same[0]
    return candidates[0][1] if len(candidates) == 1 else None


def _widened(metric: str, found: Estimate, values: Iterable[float]) -> Estimate:
    """One measurement says nothing of how far it is off, unless it counted something."""
    counted = not any(word in metric for word in SCATTER) and all(value == int(value) for value in values)
    if found.n > 1 or counted:
        return found
    low, high = sorted((found.median / ALONE, found.median * ALONE))
    return Estimate(found.median, low, high, found.n)


def _judged(test: Comparison, found: Estimate) -> str:
    """yes or no where the whole interval is on one side of the threshold."""
    if test.relation == "at_least":
        return "yes" if found.low >= test.threshold else "no" if found.high < test.threshold else "unclear"
    return "yes" if found.high <= test.threshold else "no" if found.low > test.threshold else "unclear"
