"""What the result pages share: the run that is shown, the others to pick from, and links that keep the choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from deploy.compare import shelf
from deploy.compare.runs import Head, Run

MOST_LENGTH = 100


@dataclass(frozen=True)
class Shown:
    """``query`` goes behind every address of these pages: empty unless the reader has picked another run."""

    run: Run | None
    heads: Mapping[str, Head]
    query: str
    section: str
    is_unknown: bool

    @property
    def key(self) -> str:
        return self.run.head.key if self.run else ""


def choose_run(request: HttpRequest, section: str) -> Shown:
    asked = request.GET.get("run", "")
    run, heads = shelf.take(asked)
    query = "?" + urlencode({"run": asked}) if asked in heads and asked != next(iter(heads)) else ""
    return Shown(run, heads, query, section, bool(asked) and asked not in heads)


def answers(request: HttpRequest) -> dict[str, str]:
    """What else the address asks for, cut to a length that any real answer has."""
    return {key: str(value)[:MOST_LENGTH] for key, value in request.GET.items() if key != "run"}
