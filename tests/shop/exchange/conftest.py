"""Files to import, written in a line or two, and the shop as one export shows it."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from shop.exchange.exporting import export_products
from shop.exchange.importing import Report, import_file

APPAREL = Path(__file__).parent / "data" / "apparel.csv"

Write = Callable[..., Path]
Run = Callable[..., Report]


@pytest.fixture
def apparel() -> Path:
    return APPAREL


@pytest.fixture
def write_rows(tmp_path: Path) -> Write:
    """``write_rows({"Handle": "a", "Title": "A"}, ...)``: a product CSV with the columns that its rows name."""

    def write(*rows: Mapping[str, str], name: str = "products.csv") -> Path:
        return write_csv(tmp_path / name, rows)

    return write


@pytest.fixture
def import_rows(write_rows: Write) -> Run:
    """Write these rows and import the file; keyword arguments go to the import."""

    def run(*rows: Mapping[str, str], **options: Any) -> Report:
        return import_file(path=write_rows(*rows), **options)

    return run


def write_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def exported(**options: Any) -> str:
    to = io.StringIO(newline="")
    export_products(to=to, **options)
    return to.getvalue()


def exported_rows(**options: bool) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported(**options), newline="")))


def mug(**cells: str) -> dict[str, str]:
    """A row with one product without options; ``Variant_Price="3"`` sets or adds a column."""
    row = {"Handle": "mug", "Title": "Mug", "Option1 Name": "Title", "Option1 Value": "Default Title"}
    return row | {"Variant Price": "9.50"} | {name.replace("_", " "): cell for name, cell in cells.items()}
