"""What is wrong with a file, said so that a shopkeeper finds the place."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _


class UnreadableFile(Exception):
    """The file as a whole cannot be read: its encoding, its size, its header. The message says why."""


class BadCell(ValueError):
    """A cell's text is not what its column holds. The message says why, without the place."""


@dataclass(frozen=True, slots=True)
class Problem:
    """``line`` is the physical line on which the row begins, as an editor counts (the header is line 1)."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = {"line": self.line, "column": self.column, "reason": self.reason}
        return (_("line %(line)d, %(column)s: %(reason)s") if self.column else _("line %(line)d: %(reason)s")) % place


@dataclass(slots=True)
class Findings:
    """Errors keep a product out of the shop; warnings do not. ``bad_handles``: the products with errors."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    bad_handles: dict[str, int] = field(default_factory=dict)

    def error(self, line: int, column: str, reason: str, *, handle: str = "") -> None:
        self.errors.append(Problem(line, column, reason))
        self.bad_handles.setdefault(handle, line)

    def warn(self, line: int, column: str, reason: str) -> None:
        self.warnings.append(Problem(line, column, reason))


class RefusedFile(Exception):
    """The file has errors and nothing of it was imported."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        super().__init__(f"{len(findings.errors)} errors")
