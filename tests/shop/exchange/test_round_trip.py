"""Lossless: an export changes nothing where it came from, and makes the same shop where there is none."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.catalogue.descriptions import sanitise
from shop.catalogue.models import Category, Product, ProductOption, Variant
from shop.exchange.comparing import Outcome
from shop.exchange.importing import import_file
from shop.exchange.models import CarriedProduct, CarriedVariant, WantedPicture
from shop.stock.models import StockItem
from tests.shop.exchange.conftest import exported, exported_rows

pytestmark = pytest.mark.django_db


def empty_the_shop() -> None:
    Product.objects.all().delete()
    Category.objects.all().delete()


def assert_lossless(folder: Path) -> None:
    text = exported()
    path = folder / "export.csv"
    path.write_bytes(text.encode())
    report = import_file(path=path)
    assert [c for entry in report.entries for c in entry.changes] == []
    assert len(report.handles(Outcome.UNCHANGED)) == Product.objects.count()
    assert exported() == text
    empty_the_shop()
    import_file(path=path)
    assert exported() == text


def test_the_sample_survives(apparel: Path, tmp_path: Path) -> None:
    import_file(path=apparel)
    assert_lossless(tmp_path)
    assert all(entry.outcome is Outcome.UNCHANGED for entry in import_file(path=apparel).entries)


def test_what_the_sample_says_is_what_the_export_says(apparel: Path) -> None:
    import_file(path=apparel)
    rows = exported_rows()
    assert len(rows) == 22
    assert rows[1] | {"Body (HTML)": ""} == rows[1] | {
        "Handle": "classic-varsity-top",
        "Body (HTML)": "",
        "Option1 Name": "Size",
        "Option1 Value": "Small",
        "Variant Fulfillment Service": "manual",
        "Variant Price": "60.00",
        "Variant Weight Unit": "kg",
        "Gift Card": "false",
        "Image Src": "https://burst.shopifycdn.com/photos/casual-fashion-woman_925x.jpg",
    }
    assert rows[2]["Option1 Value"] == "Medium"
    assert rows[2]["Title"] == rows[2]["Image Src"] == ""


def test_an_empty_shop_exports_the_header_alone(tmp_path: Path) -> None:
    assert exported().count("\r\n") == 1
    assert_lossless(tmp_path)


def test_goods_in_two_languages_survive(waves: Product, tmp_path: Path) -> None:
    option = waves.options.get()
    option.translations = {"es": {"name": "Tamaño", "values": {"A4": "Carta", "gone": "ya no"}}}
    option.save()
    prints = Category.objects.create(slug="prints", path="prints", name="Prints")
    waves.categories.add(Category.objects.create(parent=prints, slug="sea", path="prints/sea", name="Sea"))
    assert {"Title (es)", "Option1 Name (es)", "Option1 Value (es)", "Categories"} <= exported_rows()[0].keys()
    assert_lossless(tmp_path)
    product = Product.objects.get()
    assert product.translations == {"es": {"name": "Olas"}}
    assert product.options.get().translations == {"es": {"name": "Tamaño", "values": {"A4": "Carta"}}}


def test_columns_of_our_own_are_left_out_where_nothing_needs_them(waves: Product) -> None:
    Product.objects.update(translations={})
    assert not {"Title (es)", "Tax Rate Percent", "Cost per item"} & exported_rows()[0].keys()


def test_a_product_with_a_type_and_without_a_category_stays_without(tmp_path: Path) -> None:
    Product.objects.create(handle="a", name="A", kind="Posters")
    assert_lossless(tmp_path)
    assert not Category.objects.exists()


def test_only_what_visitors_see_can_be_exported(waves: Product) -> None:
    Product.objects.create(handle="draft", name="Draft", status="draft")
    Product.objects.create(handle="hidden", name="Hidden", published=False)
    assert {row["Handle"] for row in exported_rows(only_published=True)} == {"waves"}
    assert {row["Handle"] for row in exported_rows()} == {"waves", "draft", "hidden"}


# Everything that a text column can hold; what the shop's own forms would not take either is left out.
_any_text = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12)
_awkward = st.sampled_from(
    ["=1+1", "'=x", "''", "-5", "@me", "a,b", 'say "hi"', "two\nlines", "a\r\nb", "x\ry", ";", " x "]
)
_text = _any_text | _awkward
_name = _text.filter(lambda text: text.strip() != "")
_tag = _any_text.map(lambda text: text.replace(",", "").strip()).filter(bool)
_url = st.integers(1, 9).map(lambda number: f"https://example.org/{number}.jpg")
_amount = st.decimals(0, 99999, places=2)

_variant = st.fixed_dictionaries(
    {
        "sku": _text,
        "barcode": _text,
        "price": _amount,
        "compare_at_price": st.none() | _amount,
        "weight_grams": st.integers(0, 10**6),
        "requires_shipping": st.booleans(),
        "taxable": st.booleans(),
        "on_hand": st.integers(0, 1000),
        "tracked": st.booleans(),
        "backorder": st.booleans(),
        "carried": st.dictionaries(st.sampled_from(["Cost per item", "Price / Europe", "Variant Weight Unit"]), _name),
        "picture_url": st.just("") | _url,
    }
)
_product = st.fixed_dictionaries(
    {
        "name": _name,
        "description": _text.map(sanitise),
        "vendor": _text,
        "kind": _text,
        "tags": st.lists(_tag, unique=True, max_size=3),
        "status": st.sampled_from(Product.Status.values),
        "published": st.booleans(),
        "seo_title": _text,
        "seo_description": _text,
        "tax_rate_percent": st.none() | st.decimals(0, 99, places=2),
        "translated": st.dictionaries(st.sampled_from(["name", "seo_title"]), _name),
        "options": st.lists(_name, max_size=3),
        "variants": st.lists(_variant, max_size=4),
        "values": st.lists(st.lists(_name, min_size=4, max_size=4, unique=True), min_size=3, max_size=3),
        "translated_values": st.booleans(),
        "carried": st.dictionaries(st.sampled_from(["Gift Card", "A (product.metafields.custom.a)"]), _name),
        "pictures": st.dictionaries(_url, _text, max_size=3),
        "category": st.sampled_from(["", "a", "a/b"]),
    }
)


@given(st.lists(_product, max_size=3))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_any_product_survives(tmp_path: Path, products: list[dict[str, Any]]) -> None:
    empty_the_shop()
    for number, product in enumerate(products):
        put_into_the_shop(f"product-{number}", product)
    assert_lossless(tmp_path)


PLAIN = ("name", "description", "vendor", "kind", "tags", "status", "published", "seo_title", "seo_description")


def put_into_the_shop(handle: str, made: dict[str, Any]) -> None:
    product = Product.objects.create(
        handle=handle,
        tax_rate_percent=made["tax_rate_percent"],
        translations={"es": made["translated"]} if made["translated"] else {},
        **{name: made[name] for name in PLAIN},
    )
    for position, name in enumerate(made["options"], start=1):
        values = {value: value + "!" for value in made["values"][position - 1]} if made["translated_values"] else {}
        words = {"es": {"name": "n", "values": values}} if values else {}
        ProductOption.objects.create(product=product, position=position, name=name, translations=words)
    variants = made["variants"] if made["options"] else made["variants"][:1]
    for number, variant in enumerate(variants):
        put_variant_into_the_shop(
            product, number, variant, [values[number] for values in made["values"]][: len(made["options"])]
        )
    if made["carried"]:
        CarriedProduct.objects.create(product=product, cells=made["carried"])
    wanted = made["pictures"] | {v["picture_url"]: "" for v in variants if v["picture_url"]}
    for position, (url, alt) in enumerate(wanted.items(), start=1):
        WantedPicture.objects.create(product=product, source_url=url, alt=alt, position=position)
    if made["category"]:
        product.categories.add(category_at(made["category"]))


def category_at(path: str) -> Category:
    above, _, slug = path.rpartition("/")
    parent = category_at(above) if above else None
    return Category.objects.get_or_create(path=path, defaults={"slug": slug, "parent": parent, "name": slug})[0]


def put_variant_into_the_shop(product: Product, number: int, made: dict[str, Any], values: list[str]) -> None:
    fields = ("sku", "barcode", "price", "compare_at_price", "weight_grams", "requires_shipping", "taxable")
    options = dict(zip(("option1", "option2", "option3"), values, strict=False))
    variant = Variant.objects.create(
        product=product, position=number, **options, **{name: made[name] for name in fields}
    )
    StockItem.objects.create(variant=variant, **{name: made[name] for name in ("on_hand", "tracked", "backorder")})
    if made["carried"] or made["picture_url"]:
        CarriedVariant.objects.create(variant=variant, cells=made["carried"], picture_url=made["picture_url"])


def test_memory_and_queries_are_bounded(
    waves: Product, django_assert_max_num_queries: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    Product.objects.bulk_create(Product(handle=f"p-{n}", name=f"P {n}", price_from=Decimal(1)) for n in range(450))
    with django_assert_max_num_queries(40):
        assert len(exported_rows()) == 452
