"""The catalogue as a product CSV: the classic header, one row a variant, and further rows for further pictures.

Lossless means two things, and tests hold both: importing an export changes nothing in the shop it came from, and an
empty shop that imports it exports the same file, byte by byte.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from itertools import islice, zip_longest
from typing import TextIO

from django.db.models import QuerySet

from shop.catalogue.models import Picture, Product, ProductOption, Variant
from shop.exchange.cells import protect
from shop.exchange.columns import Column, Level, columns, recognise
from shop.exchange.models import CarriedProduct, CarriedVariant, WantedPicture
from shop.exchange.records import OPTION_KEYS, PictureRecord, ProductRecord, VariantRecord
from shop.exchange.shelf import TRACKER, take_down

CHUNK = 200


def export_products(
    *, to: TextIO, only_published: bool = False, on_progress: Callable[[int], object] = lambda done: None
) -> int:
    """Write the catalogue, oldest product first, in chunks; gives the number of products."""
    products = Product.objects.listed() if only_published else Product.objects.all()
    wanted = columns_for(products)
    writer = csv.writer(to, lineterminator="\r\n")  # so that the module also quotes a lone \r
    writer.writerow([protect(column.header) for column in wanted])
    count = 0
    for chunk in _chunks(products):
        for record in chunk:
            writer.writerows(rows_of(record, wanted))
        count += len(chunk)
        on_progress(len(chunk))
    return count


def columns_for(products: QuerySet[Product]) -> list[Column]:
    """The columns that every export has, and of the others those that these products need."""
    needed = set().union(*_needed(products))
    fixed = [column for column in columns() if column.always or column.key in needed]
    extra = sorted(needed - {column.key for column in columns()})
    found = [column for header in extra if (column := recognise(header))]
    at = next(index for index, column in enumerate(fixed) if column.key == "status") + 1
    return fixed[:at] + found + fixed[at:]


def rows_of(record: ProductRecord, wanted: list[Column]) -> Iterator[list[str]]:
    """A product's rows: the n-th variant stands beside the n-th picture, as the format has it."""
    pairs = list(zip_longest(record.variants, record.pictures)) or [(None, None)]
    for number, (variant, picture) in enumerate(pairs):
        product = record if number == 0 else None
        yield [_cell(column, record, product, variant, picture) for column in wanted]


def _cell(
    column: Column,
    record: ProductRecord,
    product: ProductRecord | None,
    variant: VariantRecord | None,
    picture: PictureRecord | None,
) -> str:
    if column.key == "handle":
        return record.handle
    if not _has_options(record) and record.variants and column.key in {"option1_name", "option1"}:
        if column.key == "option1_name":
            return "Title" if product else ""
        return "Default Title" if variant else ""
    if column.level is Level.PICTURE:
        return _picture_cell(column, picture)
    part = product if column.level is Level.PRODUCT else variant
    if part is None:
        return ""
    if column.carried:
        return protect(part.carried.get(column.key, ""))
    return column.kind.write(part.get(column.key))


def _picture_cell(column: Column, picture: PictureRecord | None) -> str:
    if picture is None:
        return ""
    if column.key in {"url", "position"}:
        return column.kind.write(picture.url if column.key == "url" else picture.position)
    return column.kind.write(picture.values.get(column.key, ""))


def _has_options(record: ProductRecord) -> bool:
    return any(record.get(f"option{number}_name") for number in (1, 2, 3))


def _chunks(products: QuerySet[Product]) -> Iterator[list[ProductRecord]]:
    """Records in the order of their keys, CHUNK at a time: memory does not grow with the catalogue."""
    last = 0
    while found := take_down(products.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = found[-1].product.pk
        yield [shelved.record for shelved in found]


def _needed(products: QuerySet[Product]) -> Iterator[set[str]]:
    """The keys of the columns that only some exports have, as far as these products need them."""
    carried = CarriedProduct.objects.filter(product__in=products).values_list("cells", flat=True)
    variants = CarriedVariant.objects.filter(variant__product__in=products).values_list("cells", flat=True)
    for source in (carried, variants):
        for cells in source.iterator(2000):
            yield cells.keys() - {TRACKER}
    if products.filter(tax_rate_percent__isnull=False).exists():
        yield {"tax_rate_percent"}
    yield from _translated(products)


def _translated(products: QuerySet[Product]) -> Iterator[set[str]]:
    """What is translated: rows without translations are not even read."""
    names = products.exclude(translations={}).values_list("translations", flat=True).order_by()
    for words in names.iterator(2000):
        yield {f"{key}:{code}" for code, texts in words.items() for key, text in texts.items() if text}
    for model in (Picture, WantedPicture):
        pictures = model._default_manager.filter(product__in=products).exclude(alt_translations={}).order_by()
        for words in pictures.values_list("alt_translations", flat=True).iterator(2000):
            yield {f"alt:{code}" for code, text in words.items() if text}
    options = ProductOption.objects.filter(product__in=products).exclude(translations={}).order_by("pk")
    source = options.iterator(500)
    while chunk := list(islice(source, 500)):
        yield _translated_options(chunk)


def _translated_options(options: list[ProductOption]) -> set[str]:
    """Translations of values count only where a variant has the value."""
    variants = Variant.objects.filter(product__in={option.product_id for option in options}).order_by()
    used = {
        (product, number, value)
        for product, *values in variants.values_list("product_id", *OPTION_KEYS)
        for number, value in enumerate(values, start=1)
    }
    return {
        key
        for option in options
        for place in [(option.product_id, option.position)]
        for code, texts in option.translations.items()
        for key, needed in (
            (f"option{option.position}_name:{code}", texts.get("name")),
            (
                f"option{option.position}:{code}",
                any(
                    (option.product_id, option.position, v) in used
                    for v, text in texts.get("values", {}).items()
                    if text
                ),
            ),
        )
        if needed
    }
