import pytest

from shop.exchange.columns import Level, columns, recognise
from tests.shop.exchange.conftest import APPAREL

# The header of the template that Shopify offers since 2025.
NEWER = """
Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,
Option1 name,Option1 value,Option1 Linked To,Option2 name,Option2 value,Option2 Linked To,Option3 name,
Option3 value,Option3 Linked To,Price,Compare-at price,Cost per item,Charge tax,Tax code,
Unit price total measure,Unit price total measure unit,Unit price base measure,Unit price base measure unit,
Inventory tracker,Inventory quantity,Continue selling when out of stock,Weight value (grams),
Weight unit for display,Requires shipping,Fulfillment service,Product image URL,Image position,Image alt text,
Variant image URL,Gift card,SEO title,SEO description,Color (product.metafields.shopify.color-pattern),
Google Shopping / Google product category,Google Shopping / Gender,Google Shopping / Age group,
Google Shopping / Manufacturer part number (MPN),Google Shopping / Ad group name,Google Shopping / Ads labels,
Google Shopping / Condition,Google Shopping / Custom product,Google Shopping / Custom label 0
""".replace("\n", "").split(",")


@pytest.mark.parametrize("header", NEWER)
def test_every_column_of_the_newer_template_is_known(header: str) -> None:
    assert recognise(header) is not None


def test_every_column_of_the_sample_is_known() -> None:
    header = APPAREL.read_text(encoding="utf-8").split("\n", 1)[0].strip().split(",")
    assert [name for name in header if recognise(name) is None] == []


@pytest.mark.parametrize(
    ("classic", "newer"),
    [
        ("Handle", "URL handle"),
        ("Body (HTML)", "Description"),
        ("Variant Price", "Price"),
        ("Variant Compare At Price", "Compare-at price"),
        ("Variant Grams", "Weight value (grams)"),
        ("Variant Inventory Policy", "Continue selling when out of stock"),
        ("Type", "Custom Product Type"),
        ("Product Category", "Standard Product Type"),
        ("Image Src", "Product image URL"),
        ("Compare At Price / Europe", "Compare-at price / Europe"),
    ],
)
def test_both_generations_of_a_header_mean_the_same(classic: str, newer: str) -> None:
    assert recognise(classic) == recognise(newer) is not None


def test_case_and_punctuation_of_a_header_do_not_matter() -> None:
    assert recognise(" variant   PRICE ") == recognise("Variant Price")


@pytest.mark.parametrize(
    ("header", "level"),
    [
        ("Included / United States", Level.PRODUCT),
        ("Price / International", Level.VARIANT),
        ("Fabric (product.metafields.custom.fabric)", Level.PRODUCT),
        ("Depth (variant.metafields.custom.depth)", Level.VARIANT),
        ("Google Shopping / Something New", Level.VARIANT),
    ],
)
def test_markets_and_metafields_are_carried(header: str, level: Level) -> None:
    column = recognise(header)
    assert column is not None
    assert (column.carried, column.level, column.header) == (True, level, header)


@pytest.mark.parametrize("header", ["", "Colour", "Title (xx)", "Custom"])
def test_nobody_knows_other_columns(header: str) -> None:
    assert recognise(header) is None


def test_texts_have_a_column_for_each_further_language() -> None:
    column = recognise("Title (es)")
    assert column is not None
    assert column.key == "name:es"


def test_no_two_columns_share_a_key_or_a_name() -> None:
    keys, headers = [c.key for c in columns()], [c.header for c in columns()]
    assert len(set(keys)) == len(keys)
    assert all(recognise(header) == column for header, column in zip(headers, columns(), strict=True))
