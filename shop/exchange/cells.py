"""From the text of a cell to a value and back. What cannot be read raises BadCell with the reason.

Numbers: the decimal sign is a point. "1,234.50" can only mean one thing and is read; "12,50" and "1,234" could mean two
things and are refused. Text is kept as it is, spaces included; numbers, words and addresses are trimmed.

A spreadsheet takes a cell that begins with = + - @ (or a tab or a line's end) for a formula. Such text is written with
an apostrophe before it, and an apostrophe before such text is taken away again when it is read; text that begins with
apostrophes and then such a sign gets one more, so that reading gives back exactly what was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.validators import slug_re
from django.utils.translation import gettext as _

from shop.exchange.problems import BadCell

LARGEST_AMOUNT = Decimal("9999999999.99")
LARGEST_INTEGER = 2_147_483_647

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_PROTECTED = re.compile(r"'+[=+\-@\t\r\n]")
_AMOUNT = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+(?=\.))(\.\d*)?|[+-]?\.\d+", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d+(\.0*)?", re.ASCII)
# Tab and line ends are the only control characters that a text may hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_TRUE, _FALSE = {"true", "yes", "1", "t", "y"}, {"false", "no", "0", "f", "n"}


@dataclass(frozen=True, slots=True)
class Kind:
    """How the cells of a column are read and written."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]


def shown(cell: str) -> str:
    """A cell as an error message quotes it."""
    return cell if len(cell) <= 40 else cell[:40] + "…"


def protect(value: str) -> str:
    return "'" + value if _FORMULA.match(value) else value


def unprotect(cell: str) -> str:
    return cell[1:] if _PROTECTED.match(cell) else cell


def checked_text(value: str, limit: int | None) -> str:
    if found := _CONTROL.search(value):
        raise BadCell(_("holds the control character U+%(code)04X") % {"code": ord(found.group())})
    if limit is not None and len(value) > limit:
        raise BadCell(_("has %(length)d characters; at most %(limit)d fit") % {"length": len(value), "limit": limit})
    return value


@cache
def text(limit: int | None = 255) -> Kind:
    return Kind(lambda cell: checked_text(unprotect(cell), limit), protect)


def _read_code(cell: str) -> str:
    """SKU and barcode: exports put an apostrophe before them so that a spreadsheet leaves their zeros alone."""
    return checked_text(cell[1:] if cell.startswith("'") else cell, 255)


def _write_code(value: str) -> str:
    return "'" + value if value.startswith("'") or _FORMULA.match(value) else value


def _read_html(cell: str) -> str:
    # Imported late: the sanitiser is the catalogue's, and only reading needs it.
    from shop.catalogue.descriptions import sanitise

    return sanitise(checked_text(unprotect(cell), None))


def _read_handle(cell: str) -> str:
    handle = checked_text(cell.strip(), 255)
    if handle and not slug_re.match(handle):
        raise BadCell(_("“%(cell)s” may only hold letters a-z, digits, - and _") % {"cell": shown(cell)})
    return handle


def read_amount(cell: str) -> Decimal | None:
    """An amount of money with at most two decimals, None for an empty cell."""
    cell = cell.strip()
    if not cell:
        return None
    if not _AMOUNT.fullmatch(cell):
        hint = _("; the decimal sign is a point") if re.fullmatch(r"[\d.,]+", cell) else ""
        raise BadCell(_("“%(cell)s” is not a number") % {"cell": shown(cell)} + hint)
    amount = Decimal(cell.replace(",", ""))
    if amount < 0:
        raise BadCell(_("“%(cell)s” is below zero") % {"cell": shown(cell)})
    if amount > LARGEST_AMOUNT:
        raise BadCell(_("“%(cell)s” is too large") % {"cell": shown(cell)})
    if amount != round(amount, 2):
        raise BadCell(_("“%(cell)s” has more than two decimals") % {"cell": shown(cell)})
    return abs(round(amount, 2))


def _read_rate(cell: str) -> Decimal | None:
    rate = read_amount(cell)
    if rate is not None and rate >= 1000:
        raise BadCell(_("“%(cell)s” is too large") % {"cell": shown(cell)})
    return rate


def read_integer(cell: str) -> int:
    """A whole number; an empty cell is 0."""
    cell = cell.strip()
    if not cell:
        return 0
    if not _INTEGER.fullmatch(cell):
        raise BadCell(_("“%(cell)s” is not a whole number") % {"cell": shown(cell)})
    number = int(cell.split(".")[0]) if len(cell) < 20 else LARGEST_INTEGER + 1
    if abs(number) > LARGEST_INTEGER:
        raise BadCell(_("“%(cell)s” is too large") % {"cell": shown(cell)})
    return number


def _read_grams(cell: str) -> int:
    """Whole grams: shops that weigh in pounds export fractions, which are rounded half up."""
    cell = cell.strip()
    if not cell:
        return 0
    if not re.fullmatch(r"\d{1,10}(\.\d{0,20})?", cell, re.ASCII):
        raise BadCell(_("“%(cell)s” is not a weight in grams") % {"cell": shown(cell)})
    grams = int(Decimal(cell) + Decimal("0.5"))
    if grams > LARGEST_INTEGER:
        raise BadCell(_("“%(cell)s” is too large") % {"cell": shown(cell)})
    return grams


def _read_position(cell: str) -> int | None:
    if not cell.strip():
        return None
    position = read_integer(cell)
    if position < 0:
        raise BadCell(_("“%(cell)s” is below zero") % {"cell": shown(cell)})
    return position


def boolean(*, blank: bool) -> Kind:
    def read(cell: str) -> bool:
        word = cell.strip().casefold()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        if not word:
            return blank
        raise BadCell(_("“%(cell)s” is neither TRUE nor FALSE") % {"cell": shown(cell)})

    return Kind(read, lambda value: "true" if value else "false")


def _read_policy(cell: str) -> bool:
    """Whether it is sold beyond what is there: "continue" in older headers, TRUE in newer ones."""
    word = cell.strip().casefold()
    if word == "continue" or word in _TRUE:
        return True
    if word in {"", "deny"} or word in _FALSE:
        return False
    raise BadCell(_("“%(cell)s” is neither deny nor continue") % {"cell": shown(cell)})


def _read_status(cell: str) -> str:
    word = cell.strip().casefold() or "active"
    if word not in {"active", "draft", "archived", "unlisted"}:
        raise BadCell(_("“%(cell)s” is none of active, draft, archived") % {"cell": shown(cell)})
    return word


def _read_tags(cell: str) -> list[str]:
    tags = [checked_text(tag.strip(), 255) for tag in unprotect(cell).split(",")]
    return list(dict.fromkeys(tag for tag in tags if tag))


def _read_paths(cell: str) -> list[str]:
    """Category paths ("prints/waves"), separated by commas, in the order of the alphabet."""
    paths = sorted({path.strip().strip("/") for path in cell.split(",")} - {""})
    for path in paths:
        slugs = path.split("/")
        if len(path) > 500 or not all(slug_re.match(slug) and len(slug) <= 100 for slug in slugs):
            raise BadCell(_("“%(cell)s” is not a category's path") % {"cell": shown(path)})
    return paths


def _read_url(cell: str) -> str:
    return checked_text(cell.strip(), 2000)


def _write_number(value: Any) -> str:
    return "" if value is None else str(value)


HANDLE = Kind(_read_handle, str)
HTML = Kind(_read_html, protect)
CODE = Kind(_read_code, _write_code)
AMOUNT = Kind(read_amount, lambda value: "" if value is None else f"{value:.2f}")
RATE = Kind(_read_rate, lambda value: "" if value is None else f"{value:.2f}")
INTEGER = Kind(read_integer, _write_number)
GRAMS = Kind(_read_grams, _write_number)
POSITION = Kind(_read_position, _write_number)
POLICY = Kind(_read_policy, lambda value: "continue" if value else "deny")
STATUS = Kind(_read_status, str)
TAGS = Kind(_read_tags, lambda value: protect(", ".join(value)))
PATHS = Kind(_read_paths, ", ".join)
URL = Kind(_read_url, str)
