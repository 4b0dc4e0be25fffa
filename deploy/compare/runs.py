"""What a run of the laboratory has found, as these pages know it; reading.py reads it from a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Figure:
    """The middle over the rounds, its 95 % interval, and how many samples they come from."""

    median: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Cell:
    """One measured point with every metric of it."""

    experiment: str
    server: str
    peer: str
    case: Mapping[str, str | int | float]
    metrics: Mapping[str, Figure]


@dataclass(frozen=True)
class Notice:
    """Something that the reader of a run must know; ``detail`` is a file's name or the laboratory's own words."""

    kind: str
    detail: str = ""

    @property
    def text(self) -> str:
        texts = {
            "void": _("This run is void, so nothing in it counts: %(detail)s"),
            "incomplete": _("This run was not finished: what it had measured by then is shown."),
            "missing": _("%(detail)s is missing: the run has not come that far, or was copied in part."),
            "unreadable": _("%(detail)s cannot be read: it is not the JSON that the laboratory writes."),
            "format": _("The folder is of another format (%(detail)s): it may need another version of this site."),
            "skipped": _("Entries that are not understood were left out: %(detail)s"),
        }
        return texts[self.kind] % {"detail": self.detail}


@dataclass(frozen=True)
class Head:
    """What run.json says, and nothing that would need the large files."""

    key: str
    folder: Path
    is_shipped: bool
    profile: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    is_complete: bool = False
    void: str = ""
    seed: str = ""
    database: str = ""
    machine: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    generator: Mapping[str, str] = field(default_factory=dict)
    unavailable: Mapping[str, str] = field(default_factory=dict)
    thrown_away: tuple[Mapping[str, str], ...] = ()
    itself: Mapping[str, Figure] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def is_quick(self) -> bool:
        return self.profile != "full"

    @property
    def minutes(self) -> int:
        if not self.started_at or not self.ended_at:
            return 0
        return max(1, round((self.ended_at - self.started_at).total_seconds() / 60))


@dataclass(frozen=True)
class Test:
    """One threshold of a claim against its figure."""

    says: Mapping[str, str]
    unit: str
    relation: str
    threshold: float | None
    value: float | None
    low: float | None
    high: float | None
    outcome: str
    role: str
    # Servers, peers or values that the test names and the run has not measured.
    without: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        return tell(self.says)


@dataclass(frozen=True)
class Verdict:
    id: str
    number: int
    verdict: str
    titles: Mapping[str, str]
    statements: Mapping[str, str]
    whys: Mapping[str, str]
    tests: tuple[Test, ...]

    @property
    def title(self) -> str:
        return tell(self.titles) or self.id

    @property
    def statement(self) -> str:
        return tell(self.statements)

    @property
    def why(self) -> str:
        return tell(self.whys)


@dataclass(frozen=True)
class Run:
    head: Head
    cells: tuple[Cell, ...]
    verdicts: tuple[Verdict, ...]
    configurations: tuple[str, ...]
    notices: tuple[Notice, ...]

    def of(self, experiment: str) -> list[Cell]:
        return [cell for cell in self.cells if cell.experiment == experiment]

    def verdict(self, claim: str) -> Verdict | None:
        return next((verdict for verdict in self.verdicts if verdict.id == claim), None)


def tell(texts: Mapping[str, str]) -> str:
    """The text in the reader's language, or in English where there is none."""
    language = (get_language() or "en").split("-")[0]
    return texts.get(language) or texts.get("en", "")
