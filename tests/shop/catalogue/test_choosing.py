from decimal import Decimal

import pytest
from django.utils import translation

from shop.catalogue.choosing import choices, choose_variant, left
from shop.catalogue.models import Product, ProductOption, Variant
from shop.stock.models import StockItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def shirt() -> Product:
    """S and M in red and blue, without M in blue; S in red is sold out."""
    product = Product.objects.create(handle="shirt", name="Shirt")
    ProductOption.objects.create(product=product, position=1, name="Size")
    ProductOption.objects.create(
        product=product,
        position=2,
        name="Colour",
        translations={"es": {"name": "Color", "values": {"red": "rojo"}}},
    )
    for position, (size, colour, count) in enumerate([("S", "red", 0), ("S", "blue", 3), ("M", "red", 5)], start=1):
        variant = Variant.objects.create(
            product=product, position=position, option1=size, option2=colour, price=Decimal(10)
        )
        StockItem.objects.create(variant=variant, on_hand=count)
    return product


def variants_of(product: Product) -> list[Variant]:
    return list(product.variants.select_related("stock"))


def test_without_a_wish_the_first_that_can_be_bought_is_chosen(shirt: Product) -> None:
    chosen = choose_variant(variants_of(shirt), None)
    assert chosen is not None
    assert chosen.option_text == "S / blue"


def test_the_address_chooses_even_what_is_sold_out(shirt: Product) -> None:
    first = variants_of(shirt)[0]
    assert choose_variant(variants_of(shirt), str(first.pk)) == first


@pytest.mark.parametrize("wish", ["", "0", "-1", "abc", "1 OR 1=1", "9" * 40])
def test_nonsense_in_the_address_chooses_as_if_nothing_was_said(shirt: Product, wish: str) -> None:
    assert choose_variant(variants_of(shirt), wish) == choose_variant(variants_of(shirt), None)


def test_a_product_without_variants_has_nothing_to_choose() -> None:
    assert choose_variant([], "1") is None


def test_every_value_leads_to_the_variant_that_differs_in_it_alone(shirt: Product) -> None:
    variants = variants_of(shirt)
    size, colour = choices(list(shirt.options.all()), variants, variants[0])
    assert [(v.label, v.variant.option_text, v.combines) for v in size.values] == [
        ("S", "S / red", True),
        ("M", "M / red", True),
    ]
    assert [(v.label, v.is_chosen, v.is_available) for v in colour.values] == [
        ("red", True, False),
        ("blue", False, True),
    ]


def test_a_value_that_does_not_combine_leads_to_the_nearest_that_exists(shirt: Product) -> None:
    variants = variants_of(shirt)
    _, colour = choices(list(shirt.options.all()), variants, variants[2])
    blue = colour.values[1]
    assert (blue.variant.option_text, blue.combines) == ("S / blue", False)


def test_options_and_values_speak_the_readers_language(shirt: Product) -> None:
    variants = variants_of(shirt)
    with translation.override("es"):
        _, colour = choices(list(shirt.options.all()), variants, variants[0])
    assert colour.name == "Color"
    assert [value.label for value in colour.values] == ["rojo", "blue"]


def test_what_was_never_counted_is_not_there(shirt: Product) -> None:
    assert left(Variant.objects.create(product=shirt, option1="L", price=Decimal(10))) == 0


def test_what_is_not_tracked_has_no_limit(shirt: Product) -> None:
    StockItem.objects.update(tracked=False)
    assert [left(variant) for variant in variants_of(shirt)] == [None, None, None]
