"""From the bytes of a file to rows of text with their line numbers: encoding, delimiter, quotes and limits."""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from shop.exchange.columns import Column, recognise
from shop.exchange.problems import UnreadableFile

STANDARD_INPUT = Path("-")
MAX_FILE_BYTES = 100 * 1024 * 1024
MAX_ROWS = 500_000
MAX_COLUMNS = 1000
MAX_CELL_CHARACTERS = 600_000
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Row:
    """``line``: the physical line on which the row begins; the header is line 1."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """``columns[i]`` is what the i-th cell of a row holds, None where nobody knows; ``unknown`` names those."""

    columns: list[Column | None]
    headers: list[str]
    unknown: list[str]
    rows: list[Row]

    def has(self, key: str) -> bool:
        return any(column is not None and column.key == key for column in self.columns)


def read_sheet(path: Path, *, encoding: str = "") -> Sheet:
    """Read a whole file; "-" is the standard input. Raises UnreadableFile where it is no readable product CSV."""
    try:
        content = sys.stdin.buffer.read(MAX_FILE_BYTES + 1) if path == STANDARD_INPUT else _bytes_of(path)
    except OSError as error:
        raise UnreadableFile(_("Cannot read %(path)s: %(why)s.") % {"path": path, "why": error.strerror}) from error
    if len(content) > MAX_FILE_BYTES:
        raise _too_large(path, len(content))
    return parse_sheet(decode(content, encoding=encoding))


def _bytes_of(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise _too_large(path, size)
    return path.read_bytes()


def _too_large(path: Path, size: int) -> UnreadableFile:
    return UnreadableFile(
        _("%(path)s has %(size)d bytes; at most %(limit)d are read.")
        % {"path": path, "size": size, "limit": MAX_FILE_BYTES}
    )


def decode(content: bytes, *, encoding: str = "") -> str:
    """The text of a file: UTF-8 with or without its mark, UTF-16 by its mark, else as ``encoding`` says."""
    if not encoding:
        utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        encoding = "utf-16" if utf16 else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            _("line %(line)d: the file is not %(encoding)s. Save it as “CSV UTF-8”, or name its encoding (--encoding).")
            % {"line": line, "encoding": encoding.removesuffix("-sig").upper()}
        ) from error
    except LookupError as error:
        raise UnreadableFile(_("There is no encoding “%(encoding)s”.") % {"encoding": encoding}) from error


def parse_sheet(text: str) -> Sheet:
    rows = _rows(text, _delimiter(text))
    header = next(rows, None)
    if header is None:
        raise UnreadableFile(_("The file is empty."))
    columns = _columns(header)
    body: list[Row] = []
    for row in rows:
        if len(body) == MAX_ROWS:
            raise UnreadableFile(_("The file has more than %(limit)d rows.") % {"limit": MAX_ROWS})
        body.append(row)
    unknown = [name for name, column in zip(header.cells, columns, strict=True) if column is None and name.strip()]
    return Sheet(columns, header.cells, unknown, body)


def _delimiter(text: str) -> str:
    """The one with which the header names most columns: spreadsheets write ; or a tab in some countries."""
    first = text.lstrip("\r\n").split("\n", 1)[0].rstrip("\r")

    def known(delimiter: str) -> int:
        return sum(recognise(name) is not None for name in next(csv.reader([first], delimiter=delimiter), []))

    return max(DELIMITERS, key=known)


def _columns(header: Row) -> list[Column | None]:
    if len(header.cells) > MAX_COLUMNS:
        raise UnreadableFile(_("The file has more than %(limit)d columns.") % {"limit": MAX_COLUMNS})
    columns = [recognise(name) for name in header.cells]
    first: dict[str, str] = {}
    for name, column in zip(header.cells, columns, strict=True):
        if column is None:
            continue
        if column.key in first:
            raise UnreadableFile(
                _("line %(line)d: the columns “%(first)s” and “%(second)s” mean the same; keep one.")
                % {"line": header.line, "first": first[column.key], "second": name}
            )
        first[column.key] = name
    if not first.keys() & {"handle", "name"}:
        raise UnreadableFile(
            _("line %(line)d: no column is named Handle or Title. Is this a product CSV?") % {"line": header.line}
        )
    return columns


@contextmanager
def _larger_cells() -> Iterator[None]:
    """A description may be longer than what the csv module takes by itself."""
    before = csv.field_size_limit(MAX_CELL_CHARACTERS)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    """The rows that hold anything. ``strict`` makes a broken quote an error instead of a strange product."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            with _larger_cells():
                cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableFile(_("line %(line)d: %(why)s.") % {"line": line, "why": error}) from error
        if any(cell.strip() for cell in cells):
            yield Row(line, cells)
