"""``python -m deploy figures``: the figures in the documents are those of a run, and this puts them there.

Everything between markers is written by this program. In a document:

    <!--f: waits gunicorn-sync bare-wsgi requests_per_second processes=2 concurrency=256-->20<!--/f-->
    <!--f: pages split site requests_per_second page=list load=saturation / all_asgi-->1.4<!--/f-->
        a figure, or one divided by another in the same round; after the slash stands what differs
        (SERVER PEER key=value ..., each of them may be left out)
    <!--t: one-request-at-a-time 3 value-->8<!--/t-->      a test of a claim: value, low, high or threshold
    <!--v: one-request-at-a-time-->holds<!--/v-->          a verdict
    <!--r: machine cpu-->...<!--/r-->                      what run.json says
    <!--claim: one-request-at-a-time--> ... <!--/claim-->  a claim's verdict, picture, tests and table
    <!--verdicts--> ... <!--/verdicts-->                   all claims in a table
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.errors import DeployError
from deploy.lab import results
from deploy.lab.findings import Findings
from deploy.lab.quoting import claim_block, verdicts_table
from deploy.lab.results import ResultFolder
from deploy.lab.wording import NOT_MEASURED, VERDICTS, number, told

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = {"docs/wsgi-or-asgi.md": "en", "docs/wsgi-or-asgi.es.md": "es", "docs/laboratory.md": "en"}
MARKED = re.compile(
    r"<!--(?P<kind>f|t|v|r|claim|verdicts)(?:: (?P<words>[^>]*?))?-->(?P<text>.*?)<!--/(?P=kind)-->", re.DOTALL
)
OPENED = re.compile(r"<!--(?:(?:f|t|v|r|claim): |verdicts-->)")
TEST_FIGURES = ("value", "low", "high", "threshold")


@dataclass(frozen=True)
class Filled:
    """A document with its figures, and the markers for which the run has none."""

    text: str
    missing: list[str]


def shipped_full_run() -> ResultFolder | None:
    """The newest complete full run that the project ships."""
    runs = [ResultFolder(path.parent) for path in results.SHIPPED.glob("*/run.json")]
    full = [run for run in runs if _counts(run.read_run())]
    return max(full, key=lambda run: str(run.read_run().get("started_at", "")), default=None)


def _counts(run: dict[str, Any]) -> bool:
    return run.get("profile") == "full" and run.get("complete") is True and not run.get("void")


def fill(document: str, findings: Findings, language: str, *, name: str = "document") -> Filled:
    """``document`` with every marker's text taken from the findings. Raises DeployError, which names the marker."""
    missing: list[str] = []
    if len(OPENED.findall(document)) != len(MARKED.findall(document)):
        raise DeployError(f"{name}: a marker is not closed, or not written as python -m deploy figures knows it")

    def write(found: re.Match[str]) -> str:
        kind, words = found["kind"], (found["words"] or "").split()
        try:
            text = WRITERS[kind](findings, words, language)
        except DeployError as error:
            raise DeployError(f"{name}: <!--{kind}: {' '.join(words)}-->: {error}") from error
        if not text:
            missing.append(f"{kind}: {' '.join(words)}")
            text = NOT_MEASURED[language]
        opening = found[0][: found[0].index("-->") + 3]
        return f"{opening}{text}<!--/{kind}-->"

    return Filled(MARKED.sub(write, document), missing)


def part(findings: Findings, root: Path = ROOT) -> dict[Path, Filled]:
    """The documents whose figures are not the run's, as they should be, and those that have markers without figures."""
    parted = {}
    for document, language in DOCUMENTS.items():
        path = root / document
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise DeployError(f"{document} cannot be read: {error.strerror}") from error
        filled = fill(text, findings, language, name=document)
        if filled.text != text or filled.missing:
            parted[path] = filled
    return parted


def write(parted: dict[Path, Filled]) -> None:
    for path, filled in parted.items():
        try:
            path.write_text(filled.text, encoding="utf-8")
        except OSError as error:
            raise DeployError(f"cannot write {path}: {error.strerror}") from error


def _figure(findings: Findings, words: list[str], language: str) -> str:
    if len(words) < 4:
        raise DeployError("needs EXPERIMENT SERVER PEER METRIC, and what it takes of the case")
    of_words, per_words = _divided(words)
    experiment, server, peer, metric, *rest = of_words
    of = {"experiment": experiment, "server": server, "peer": peer} | _case(rest)
    if per_words is not None:
        names = [word for word in per_words if "=" not in word]
        per = dict(zip(("server", "peer"), names, strict=False)) | _case(per_words[len(names) :])
        ratio = findings.ratio(metric, of, per)
        return number(ratio.median, language, digits=2) if ratio else ""
    figure = findings.figure(metric, experiment, server, peer, **_case(rest))
    return number(figure.median, language) if figure else ""


def _divided(words: list[str]) -> tuple[list[str], list[str] | None]:
    if "/" not in words:
        return words, None
    place = words.index("/")
    return words[:place], words[place + 1 :]


def _case(words: list[str]) -> dict[str, str]:
    pairs = [word.partition("=") for word in words]
    if wrong := [key for key, sign, value in pairs if not (key and sign and value)]:
        raise DeployError(f'"{wrong[0]}" is not key=value')
    return {key: value for key, _sign, value in pairs}


def _test(findings: Findings, words: list[str], language: str) -> str:
    if len(words) != 3 or not words[1].isdecimal() or words[2] not in TEST_FIGURES:
        raise DeployError(f"needs CLAIM NUMBER and one of {', '.join(TEST_FIGURES)}")
    value = findings.test(words[0], int(words[1])).get(words[2])
    return "" if value is None else number(float(value), language)


def _verdict(findings: Findings, words: list[str], language: str) -> str:
    if len(words) != 1:
        raise DeployError("needs the id of a claim")
    return told(VERDICTS[findings.claim(words[0])["verdict"]], language)


def _run(findings: Findings, words: list[str], language: str) -> str:
    value: Any = findings.run
    for word in words:
        value = value.get(word) if isinstance(value, dict) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(float(value), language)
    if not isinstance(value, str):
        return ""
    # A day is enough to know a run by.
    return value[:10] if words[-1].endswith("_at") else value


def _claim(findings: Findings, words: list[str], language: str) -> str:
    if len(words) != 1:
        raise DeployError("needs the id of a claim")
    return claim_block(findings, findings.claim(words[0]), language)


def _verdicts(findings: Findings, words: list[str], language: str) -> str:
    return verdicts_table(findings, language)


WRITERS: dict[str, Callable[[Findings, list[str], str], str]] = {
    "f": _figure,
    "t": _test,
    "v": _verdict,
    "r": _run,
    "claim": _claim,
    "verdicts": _verdicts,
}
