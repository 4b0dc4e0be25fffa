"""From rows to products: the rows of one Handle belong together.

The first row carries the product; each row may carry a variant, a picture, or both. A row carries a variant if it has a
price, a SKU, a barcode or an option's value: image-only rows of some programs have TRUE and 0 all over. Rows without
Handle and Title continue the product before them. Rows of one Handle that do not stand together are taken as one
product, with a warning; a second, different Title under one Handle is an error.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from shop.exchange.columns import Column, Level
from shop.exchange.problems import BadCell, Findings
from shop.exchange.reading import Row, Sheet
from shop.exchange.records import Combination, PictureRecord, ProductRecord, VariantRecord

MAX_VARIANTS = 2048  # as the format's owner allows
MAX_PICTURES = 250
_MAKES_A_VARIANT = {"option1", "option2", "option3", "price", "sku", "barcode"}
_NO_OPTION = ("Title", "Default Title")

Cells = list[tuple[Column, str]]


def gather(sheet: Sheet, findings: Findings) -> list[ProductRecord]:
    """The products of a file in the order in which they appear; what is wrong goes to ``findings``.

    A product with an error is among them nevertheless (``findings.bad_handles`` names it).
    """
    gathering = _Gathering(sheet, findings)
    for row in sheet.rows:
        gathering.take(row)
    gathering.finish()
    return list(gathering.products.values())


class _Gathering:
    def __init__(self, sheet: Sheet, findings: Findings) -> None:
        self.sheet = sheet
        self.findings = findings
        self.products: dict[str, ProductRecord] = {}
        self.previous = ""
        self.headers = {
            column.key: name for column, name in zip(sheet.columns, sheet.headers, strict=True) if column is not None
        }

    def take(self, row: Row) -> None:
        if any(cell.strip() for cell in row.cells[len(self.sheet.columns) :]):
            count = {"cells": len(row.cells), "columns": len(self.sheet.columns)}
            reason = _("has %(cells)d cells, but the header has %(columns)d; is a quote missing?") % count
            self.findings.error(row.line, "", reason, handle=self._cell(row, "handle").strip() or self.previous)
            return
        handle = self._handle(row)
        if not handle:
            return
        cells: dict[Level, Cells] = {level: [] for level in Level}
        # A row may stop early: spreadsheets leave trailing empty cells out.
        for column, cell in zip_longest(self.sheet.columns, row.cells[: len(self.sheet.columns)], fillvalue=""):
            if isinstance(column, Column) and column.key != "handle":
                cells[column.level].append((column, cell))
        product = self._product(row, handle, cells[Level.PRODUCT])
        self._variant(row, product, cells[Level.VARIANT])
        self._picture(row, product, cells[Level.PICTURE])

    def finish(self) -> None:
        for product in self.products.values():
            self._check_options(product)
            if len(product.variants) > MAX_VARIANTS or len(product.pictures) > MAX_PICTURES:
                count = {"variants": MAX_VARIANTS, "pictures": MAX_PICTURES}
                reason = _("has more than %(variants)d variants or %(pictures)d pictures") % count
                self.findings.error(product.line, self._header("handle"), reason, handle=product.handle)
        self._warn_of_repeated_skus()

    def _header(self, key: str) -> str:
        return self.headers.get(key, key)

    def _cell(self, row: Row, key: str) -> str:
        for column, cell in zip(self.sheet.columns, row.cells, strict=False):
            if column is not None and column.key == key:
                return cell
        return ""

    def _read(self, row: Row, column: Column, cell: str, handle: str) -> Any:
        """The cell's value; None and an error in the findings where it has none."""
        try:
            return column.kind.read(cell)
        except BadCell as error:
            self.findings.error(row.line, self._header(column.key), str(error), handle=handle)
            return None

    def _handle(self, row: Row) -> str:
        """Which product a row belongs to; empty, with an error, where it belongs to none."""
        written, title = self._cell(row, "handle").strip(), self._cell(row, "name").strip()
        if not written and not title:
            if not self.previous:
                self.findings.error(row.line, self._header("handle"), _("is empty"))
            return self.previous
        column = next((c for c in self.sheet.columns if c is not None and c.key == "handle"), None)
        if written and column is not None:
            errors = len(self.findings.errors)
            handle = self._read(row, column, written, written) or ""
            if len(self.findings.errors) > errors:
                # The product's other rows would only repeat the same error.
                self.previous = ""
                return ""
        else:
            handle = slugify(title)[:255]
            if not handle:
                self.findings.error(row.line, self._header("handle"), _("is empty, and none follows from the title"))
        self.previous = handle
        return handle

    def _product(self, row: Row, handle: str, cells: Cells) -> ProductRecord:
        product = self.products.get(handle)
        if product is None:
            product = self.products[handle] = ProductRecord(handle=handle, line=row.line)
            for column, cell in cells:
                self._take_product_cell(row, product, column, cell)
            if product.values.get("name") is not None and not product.values["name"].strip():
                self.findings.error(row.line, self._header("name"), _("is empty"), handle=handle)
            return product
        if next(reversed(self.products)) != handle:
            self.findings.warn(row.line, self._header("handle"), _("continues a product that began further above"))
        for column, cell in cells:
            if cell.strip():
                self._compare_repeated_cell(row, product, column, cell)
        return product

    def _take_product_cell(self, row: Row, product: ProductRecord, column: Column, cell: str) -> None:
        value = self._read(row, column, cell, product.handle)
        if column.carried:
            product.carried[column.key] = value or ""
            if column.key == "Gift Card" and cell.strip().casefold() == "true":
                self.findings.warn(row.line, column.header, _("gift cards are imported as ordinary products"))
        elif column.key == "status" and value == "unlisted":
            product.values.update(status="active", published=False)
            self.findings.warn(row.line, self._header("status"), _("“unlisted” is imported as active, not published"))
        elif column.key == "published" and not product.values.get("published", True):
            pass  # "unlisted" has said so already, in a column further left
        else:
            product.values[column.key] = value

    def _compare_repeated_cell(self, row: Row, product: ProductRecord, column: Column, cell: str) -> None:
        known = product.carried.get(column.key) if column.carried else product.values.get(column.key)
        if column.key.endswith("_name") and not known:
            product.values[column.key] = self._read(row, column, cell, product.handle)
            return
        value = self._read(row, column, cell, product.handle)
        if value is None or value == known or (column.key, value) in {("status", "unlisted"), ("published", True)}:
            return
        first = {"line": product.line}
        if column.key == "name":
            reason = _("differs from the title in line %(line)d under the same handle") % first
            self.findings.error(row.line, self._header("name"), reason, handle=product.handle)
        else:
            reason = _("differs from line %(line)d, which counts") % first
            self.findings.warn(row.line, self._header(column.key), reason)

    def _variant(self, row: Row, product: ProductRecord, cells: Cells) -> None:
        if not any(column.key in _MAKES_A_VARIANT and cell.strip() for column, cell in cells):
            return
        variant = VariantRecord(values={}, line=row.line)
        for column, cell in cells:
            value = self._read(row, column, cell, product.handle)
            if column.carried:
                variant.carried[column.key] = value or ""
            elif column.key == "price" and not cell.strip():
                reason = _("is empty; a variant needs a price")
                self.findings.error(row.line, self._header("price"), reason, handle=product.handle)
            else:
                variant.values[column.key] = value
        self._check_stock(variant, product)
        product.variants.append(variant)

    def _check_stock(self, variant: VariantRecord, product: ProductRecord) -> None:
        on_hand, keys = variant.values.get("on_hand"), {"tracker", "backorder"}
        limited = keys <= variant.values.keys() and variant.values["tracker"] and not variant.values["backorder"]
        if on_hand is not None and on_hand < 0 and limited:
            reason = _("%(count)d is below zero, and the policy is deny") % {"count": on_hand}
            self.findings.error(variant.line, self._header("on_hand"), reason, handle=product.handle)

    def _picture(self, row: Row, product: ProductRecord, cells: Cells) -> None:
        values = {column.key: self._read(row, column, cell, product.handle) for column, cell in cells}
        url, position = values.pop("url", "") or "", values.pop("position", None)
        if not url:
            if any(values.values()):
                self.findings.warn(row.line, self._header("alt"), _("describes a picture, but there is none"))
            return
        if any(picture.url == url for picture in product.pictures):
            return  # some programs repeat the product's picture on each variant's row
        product.pictures.append(PictureRecord(url=url, position=position, values=values, line=row.line))

    def _check_options(self, product: ProductRecord) -> None:
        if _is_plain(product):
            for key in [key for key in product.values if key.startswith("option1_name")]:
                product.values[key] = ""
            for variant in product.variants:
                for key in [key for key in variant.values if key.split(":")[0] == "option1"]:
                    variant.values[key] = ""
        if not self.sheet.has("option1"):
            return
        seen: dict[Combination, int] = {}
        for variant in product.variants:
            self._check_combination(product, variant, seen)

    def _check_combination(self, product: ProductRecord, variant: VariantRecord, seen: dict[Combination, int]) -> None:
        for number, value in enumerate(variant.combination, start=1):
            name = product.values.get(f"option{number}_name")
            if value and name is not None and not name.strip():
                self.findings.error(
                    variant.line,
                    self._header(f"option{number}"),
                    _("has a value, but the product has no option of that number"),
                    handle=product.handle,
                )
        first = seen.setdefault(variant.combination, variant.line)
        if first != variant.line:
            reason = _("the same combination of options as line %(line)d") % {"line": first}
            self.findings.error(variant.line, self._header("option1"), reason, handle=product.handle)

    def _warn_of_repeated_skus(self) -> None:
        seen: dict[str, int] = {}
        for variant in (variant for product in self.products.values() for variant in product.variants):
            sku = variant.values.get("sku")
            if sku and (first := seen.setdefault(sku, variant.line)) != variant.line:
                reason = _("“%(sku)s” is also in line %(line)d") % {"sku": sku, "line": first}
                self.findings.warn(variant.line, self._header("sku"), reason)


def _is_plain(product: ProductRecord) -> bool:
    """ "Title" and "Default Title" are the format's way to say that a product has no options."""
    name, values = product.values.get("option1_name"), [v.values.get("option1") for v in product.variants]
    return (name in (None, "", _NO_OPTION[0])) and values == [_NO_OPTION[1]]
