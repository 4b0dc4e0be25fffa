"""Why a verdict is what it is, in a sentence or two of English or Spanish, with the figures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deploy.lab.verdicts import Outcome, Verdict

RELATIONS = {
    "en": {"at_least": "at least {}", "at_most": "at most {}"},
    "es": {"at_least": "al menos {}", "at_most": "como mucho {}"},
}
BEGINNINGS = {
    "en": {
        "holds": "Every test passes.",
        "fails": "It does not pass:",
        "undecided": "The interval lies on both sides of the threshold:",
        "unlimited": "What might limit it was not measured:",
        "untested": "Not measured in this run:",
        "void": "The run is void: {}.",
    },
    "es": {
        "holds": "Se cumplen todas las pruebas.",
        "fails": "No se cumple:",
        "undecided": "El intervalo queda a ambos lados del umbral:",
        "unlimited": "No se midió lo que podría limitarlo:",
        "untested": "No se midió en esta ejecución:",
        "void": "La ejecución no es válida: {}.",
    },
}
BETWEEN = {"en": "{} to {}", "es": "de {} a {}"}
ALONE = {"en": "measured once", "es": "medido una vez"}
NOTHING = {"en": "not measured", "es": "sin medir"}
WITHOUT = {"en": "without {}", "es": "sin {}"}
# Which outcomes tell why, by verdict; for "holds" and "conditional" the tests that carry it.
TELLING = {
    "fails": {("must", "no")},
    "untested": {("must", "missing")},
    "undecided": {("must", "unclear"), ("limit", "unclear")},
    "unlimited": {("limit", "missing")},
    "conditional": {("limit", "yes")},
    "holds": {("must", "yes")},
}


def reason(verdict: Verdict, language: str) -> str:
    """The verdict's reason, with the figures of the tests that decided it."""
    words = BEGINNINGS[language]
    if verdict.void:
        return words["void"].format(verdict.void)
    kind = verdict.verdict
    if kind == "undecided" and not any(one.outcome == "unclear" for one in verdict.outcomes):
        kind = "unlimited"
    told = [told_outcome(one, language) for one in verdict.outcomes if (one.test.role, one.outcome) in TELLING[kind]]
    beginning = verdict.claim.condition[language] if kind == "conditional" else words[kind]
    lacking = [f"{name}: {why}" for name, why in verdict.lacking.items()]
    return " ".join([beginning, *(f"{sentence}." for sentence in ["; ".join(told), *lacking])])


def told_outcome(outcome: Outcome, language: str) -> str:
    """What a test says, what was measured, and what was asked for."""
    test = outcome.test
    asked = RELATIONS[language][test.relation].format(number(test.threshold, language))
    parts = [_figure(outcome, language), asked]
    if outcome.without:
        parts.append(WITHOUT[language].format(", ".join(outcome.without)))
    return f"{test.says[language]}: {'; '.join(parts) if outcome.estimate is None else ', '.join(parts)}"


def _figure(outcome: Outcome, language: str) -> str:
    found = outcome.estimate
    if found is None:
        return NOTHING[language]
    value = " ".join(filter(None, [number(found.median, language), outcome.test.unit]))
    if found.low == found.high:
        return value
    spread = BETWEEN[language].format(number(found.low, language), number(found.high, language))
    return f"{value} ({spread}{', ' + ALONE[language] if found.n == 1 else ''})"


def number(value: float, language: str) -> str:
    """Three digits that count, written as the language writes them: 1,234.5 or 1.234,5."""
    digits = 0 if not value else max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{round(value, digits):,.{min(digits, 6)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,")) if language == "es" else text
