"""What a document has whole from a run: a claim with its picture and tests, and the table of all verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deploy.lab import claims
from deploy.lab.findings import Findings
from deploy.lab.panels import Panel
from deploy.lab.plates import PLATES, file_name
from deploy.lab.wording import OUTCOMES, ROLES, VERDICTS, interval, told, with_unit

VERDICT = {"en": "Verdict", "es": "Veredicto"}
FIGURES = {"en": "The figures of the picture", "es": "Las cifras de la imagen"}
HEADS: dict[str, dict[str, list[str]]] = {
    "tests": {
        "en": ["what is compared", "measured (95 % interval)", "threshold", "reached", "it is a"],
        "es": ["qué se compara", "medido (intervalo del 95 %)", "umbral", "alcanzado", "papel"],
    },
    "verdicts": {"en": ["", "what people say", "verdict"], "es": ["", "qué se dice", "veredicto"]},
}
SIGNS = {"at_least": "≥", "at_most": "≤"}
NO_VALUE = "–"


def claim_block(findings: Findings, claim: Mapping[str, Any], language: str) -> str:
    """Verdict, picture with its text, tests, and the picture's figures in a table that can be folded out."""
    panels = PLATES[claim["id"]](findings)
    picture = file_name(claim["id"], int(claim["number"]), language)
    alternative = " ".join(panel.told(language) for panel in panels).replace("[", "(").replace("]", ")")
    parts = [
        _verdict_line(claim, language),
        f"![{alternative}](images/claims/{picture})",
        _table([HEADS["tests"][language], *(_test_row(test, language) for test in claim["tests"])]),
        _folded(panels, language),
    ]
    return "\n" + "\n\n".join(parts) + "\n"


def verdicts_table(findings: Findings, language: str) -> str:
    rows = [
        [
            str(claim["number"]),
            f"[{told(claim['statement'], language)}](#claim-{claim['number']})",
            f"**{told(VERDICTS[claim['verdict']], language)}**",
        ]
        for claim in sorted(findings.claims.values(), key=lambda claim: int(claim["number"]))
    ]
    return "\n" + _table([HEADS["verdicts"][language], *rows]) + "\n"


def _verdict_line(claim: Mapping[str, Any], language: str) -> str:
    """The tests' figures stand below: only what they do not tell is said here, a condition or what stood in the way."""
    verdict = told(VERDICTS[claim["verdict"]], language)
    more = ""
    if claim["verdict"] == "conditional":
        more = next((told(known.condition, language) for known in claims.load() if known.id == claim["id"]), "")
    elif claim["verdict"] in {"undecided", "untested"}:
        more = told(claim["why"], language)
    return f"**{told(VERDICT, language)}: {verdict}.** {more}".rstrip()


def _test_row(test: Mapping[str, Any], language: str) -> list[str]:
    unit, value = str(test["unit"]), test.get("value")
    low, high = test.get("low"), test.get("high")
    measured = NO_VALUE
    if value is not None:
        ends = (value if low is None else low, value if high is None else high)
        measured = interval(float(value), float(ends[0]), float(ends[1]), unit, language)
    return [
        told(test["says"], language),
        measured,
        f"{SIGNS[test['relation']]} {with_unit(float(test['threshold']), unit, language)}",
        told(OUTCOMES[test["outcome"]], language),
        told(ROLES[test["role"]], language),
    ]


def _folded(panels: list[Panel], language: str) -> str:
    tables = [_table(panel.rows(language)) for panel in panels]
    body = "\n\n".join(tables)
    return f"<details>\n<summary>{told(FIGURES, language)}</summary>\n\n{body}\n\n</details>"


def _table(rows: list[list[str]]) -> str:
    head, *body = ([cell.replace("|", "\\|") for cell in row] for row in rows)
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
