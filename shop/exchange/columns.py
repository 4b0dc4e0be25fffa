"""The columns of the product CSV that Shopify exports, in both generations of its header, in one table.

``header`` is the classic name, and what an export writes; ``others`` are what other versions of the format call it.
Names are compared without regard to case and punctuation. *Carried* columns are known to the format but nothing in the
shop corresponds to them: their cells are kept (shop.exchange.models) and written back. A column that is neither is
reported and left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from django.conf import settings

from shop.exchange import cells
from shop.exchange.cells import Kind


class Level(StrEnum):
    PRODUCT = "product"
    VARIANT = "variant"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` names the value in a record; a translation's key is ``name:es``. A carried column's key is its header.

    ``always``: an export writes it even where no product needs it.
    """

    key: str
    header: str
    level: Level
    kind: Kind
    others: tuple[str, ...] = ()
    carried: bool = False
    always: bool = True


def _own(key: str, header: str, level: Level, kind: Kind, *others: str, always: bool = True) -> Column:
    return Column(key, header, level, kind, others, always=always)


def _carried(header: str, level: Level, *others: str) -> Column:
    return Column(header, header, level, cells.text(None), others, carried=True, always=False)


def _option(number: int) -> list[Column]:
    return [
        _own(f"option{number}_name", f"Option{number} Name", Level.PRODUCT, cells.text()),
        _own(f"option{number}", f"Option{number} Value", Level.VARIANT, cells.text()),
        _carried(f"Option{number} Linked To", Level.PRODUCT),
    ]


P, V, I = Level.PRODUCT, Level.VARIANT, Level.PICTURE  # noqa: E741 - the table below reads better with letters

TABLE: list[Column] = [
    _own("handle", "Handle", P, cells.HANDLE, "URL handle"),
    _own("name", "Title", P, cells.text()),
    _own("description", "Body (HTML)", P, cells.HTML, "Description", "Body HTML", "Body"),
    _own("vendor", "Vendor", P, cells.text()),
    _carried("Product Category", P, "Standard Product Type", "Standardized Product Type"),
    _own("kind", "Type", P, cells.text(), "Custom Product Type", "Product Type"),
    _own("tags", "Tags", P, cells.TAGS),
    _own("published", "Published", P, cells.boolean(blank=True), "Published on online store"),
    *_option(1),
    *_option(2),
    *_option(3),
    _own("sku", "Variant SKU", V, cells.CODE, "SKU"),
    _own("weight_grams", "Variant Grams", V, cells.GRAMS, "Weight value (grams)"),
    _own("tracker", "Variant Inventory Tracker", V, cells.text(), "Inventory tracker"),
    _own("on_hand", "Variant Inventory Qty", V, cells.INTEGER, "Inventory quantity", "Variant Inventory Quantity"),
    _own(
        "backorder",
        "Variant Inventory Policy",
        V,
        cells.POLICY,
        "Continue selling when out of stock",
        "Inventory policy",
    ),
    _carried("Variant Fulfillment Service", V, "Fulfillment service"),
    _own("price", "Variant Price", V, cells.AMOUNT, "Price"),
    _own("compare_at_price", "Variant Compare At Price", V, cells.AMOUNT, "Compare-at price"),
    _own("requires_shipping", "Variant Requires Shipping", V, cells.boolean(blank=False), "Requires shipping"),
    _own("taxable", "Variant Taxable", V, cells.boolean(blank=False), "Charge tax"),
    _carried("Unit Price Total Measure", V),
    _carried("Unit Price Total Measure Unit", V),
    _carried("Unit Price Base Measure", V),
    _carried("Unit Price Base Measure Unit", V),
    _own("barcode", "Variant Barcode", V, cells.CODE, "Barcode", "Barcodes"),
    _own("url", "Image Src", I, cells.URL, "Product image URL"),
    _own("position", "Image Position", I, cells.POSITION),
    _own("alt", "Image Alt Text", I, cells.text(512)),
    _carried("Gift Card", P),
    _own("seo_title", "SEO Title", P, cells.text()),
    _own("seo_description", "SEO Description", P, cells.text(None)),
    _carried("Google Shopping / Google Product Category", P),
    _carried("Google Shopping / Gender", P),
    _carried("Google Shopping / Age Group", P),
    _carried("Google Shopping / MPN", V, "Google Shopping / Manufacturer part number (MPN)"),
    _carried("Google Shopping / AdWords Grouping", P, "Google Shopping / Ad group name"),
    _carried("Google Shopping / AdWords Labels", P, "Google Shopping / Ads labels"),
    _carried("Google Shopping / Condition", V),
    _carried("Google Shopping / Custom Product", V),
    *[_carried(f"Google Shopping / Custom Label {number}", V) for number in range(5)],
    _own("picture_url", "Variant Image", V, cells.URL, "Variant image URL"),
    _carried("Variant Weight Unit", V, "Weight unit for display"),
    _carried("Variant Tax Code", V, "Tax code"),
    _carried("Cost per item", V, "Variant Cost"),
    _own("status", "Status", P, cells.STATUS),
    # Ours: other readers of the format leave them aside. Categories are always written: a file without the column would
    # put a product with a type and without a category into one.
    _own("categories", "Categories", P, cells.PATHS),
    _own("tax_rate_percent", "Tax Rate Percent", P, cells.RATE, always=False),
]

MAX_HEADER_CHARACTERS = 255

TRANSLATED = {
    "name", "description", "seo_title", "seo_description", "alt",
    "option1_name", "option2_name", "option3_name", "option1", "option2", "option3",
}  # fmt: skip

# Headers that hold a market's or a metafield's name: the level and the header as it is written back.
_PATTERNS: list[tuple[re.Pattern[str], Level, str]] = [
    (re.compile(r"included\s*/\s*(.+)", re.I), P, "Included / {0}"),
    (re.compile(r"price\s*/\s*(.+)", re.I), V, "Price / {0}"),
    (re.compile(r"compare[- ]at[- ]price\s*/\s*(.+)", re.I), V, "Compare At Price / {0}"),
    (re.compile(r"(google shopping\s*/.+)", re.I), V, "{0}"),
    (re.compile(r"(.*\(product\.metafields\..+\))", re.I), P, "{0}"),
    (re.compile(r"(.*\(variant\.metafields\..+\))", re.I), V, "{0}"),
]


def plain(header: str) -> str:
    """A header without case and punctuation: "Compare-at price" and "Compare At Price" are the same."""
    return " ".join(re.findall(r"[^\W_]+", header.casefold()))


def languages() -> list[str]:
    """The languages beside the shop's first."""
    return [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


@cache
def columns() -> list[Column]:
    """Every column with a fixed name, in the order of an export: the table, then the translations."""
    translations = [
        Column(f"{c.key}:{code}", f"{c.header} ({code})", c.level, c.kind, always=False)
        for code in languages()
        for c in TABLE
        if c.key in TRANSLATED
    ]
    return [*TABLE, *translations]


@cache
def _by_name() -> dict[str, Column]:
    return {plain(name): column for column in columns() for name in (column.header, *column.others)}


@cache
def by_key() -> dict[str, Column]:
    return {column.key: column for column in columns()}


def recognise(header: str) -> Column | None:
    """The column that a header names, or None for one that nobody knows."""
    header = cells.unprotect(header).strip()
    if len(header) > MAX_HEADER_CHARACTERS or not header.isprintable():
        return None
    if column := _by_name().get(plain(header)):
        return column
    for pattern, level, written in _PATTERNS:
        if found := pattern.fullmatch(header):
            return _carried(written.format(found.group(1).strip()), level)
    return None
