from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from chat.live.models import Event, Stream
from shop.basket.contents import add_variant
from shop.catalogue.choosing import left
from shop.catalogue.models import Product, Variant
from shop.catalogue.remaining import FEW, live_key, told
from shop.orders.steps import cancel_order
from shop.stock.ledger import Count, CountBelowReserved, OutOfStock, put_back, set_count, set_counts, take
from shop.stock.models import StockItem, StockMovement
from tests.shop.buying import buy, filled_basket

pytestmark = pytest.mark.django_db
Reason = StockMovement.Reason


def heard(product: Product) -> list[tuple[int, int | None]]:
    """What the product's open pages were told: (variant, left), in order."""
    events = Event.objects.filter(stream__key=live_key(product.pk), kind="stock").order_by("seq")
    return [(event.data["variant"], event.data["left"]) for event in events]


def count(variant: Variant, on_hand: int, **how: Any) -> None:
    set_count(variant=variant, on_hand=on_hand, reason=Reason.COUNT, **how)


def a_print(name: str, on_hand: int) -> Variant:
    """Of a product of its own; nothing is said of its first count."""
    product = Product.objects.create(handle=name, name=name.title())
    variant = Variant.objects.create(product=product, price=Decimal(10))
    StockItem.objects.create(variant=variant, on_hand=on_hand)
    return variant


def test_as_long_as_there_is_plenty_nothing_is_said(waves: Product, a4: Variant) -> None:
    take(quantities={a4.pk: 10 - FEW - 1}, reference="A-1")
    assert heard(waves) == []
    assert not Stream.objects.exists()


def test_the_last_ones_are_counted_down_to_sold_out(waves: Product, a4: Variant) -> None:
    for number in range(10):
        take(quantities={a4.pk: 1}, reference=str(number))
    assert heard(waves) == [(a4.pk, left) for left in (5, 4, 3, 2, 1, 0)]
    assert set(Event.objects.values_list("kind", "author")) == {("stock", "shop")}


def test_what_is_put_back_is_announced_until_there_is_plenty(waves: Product, a4: Variant) -> None:
    take(quantities={a4.pk: 7}, reference="A-1")
    take(quantities={a4.pk: 3}, reference="A-2")
    put_back(reference="A-2")
    put_back(reference="A-1")
    put_back(reference="A-1")
    assert heard(waves) == [(a4.pk, 3), (a4.pk, 0), (a4.pk, 3), (a4.pk, None)]


def test_a_count_is_announced_once(waves: Product, a4: Variant) -> None:
    for on_hand in (2, 2, 30, 40):
        count(a4, on_hand)
    assert heard(waves) == [(a4.pk, 2), (a4.pk, None)]


def test_the_first_count_opens_a_page_that_says_sold_out(waves: Product) -> None:
    new = Variant.objects.create(product=waves, option1="A2", price=Decimal(40))
    count(new, 0)
    assert heard(waves) == []
    count(new, 80)
    assert heard(waves) == [(new.pk, None)]


def test_a_cancelled_order_gives_its_goods_back_to_the_open_pages(waves: Product, a4: Variant) -> None:
    order = buy(filled_basket(a4, 9))
    cancel_order(order=order, actor="staff")
    assert heard(waves) == [(a4.pk, 1), (a4.pk, None)]


def test_what_others_reserved_is_not_left(waves: Product, a4: Variant) -> None:
    StockItem.objects.filter(pk=a4.pk).update(reserved=6)
    take(quantities={a4.pk: 1}, reference="A-1")
    assert heard(waves) == [(a4.pk, 3)]


@pytest.mark.parametrize("how", [{"tracked": False}, {"backorder": True}])
def test_what_has_no_limit_is_never_announced(waves: Product, a4: Variant, how: dict[str, bool]) -> None:
    count(a4, 2, **how)
    take(quantities={a4.pk: 4}, reference="A-1")
    put_back(reference="A-1")
    count(a4, 0, **how)
    assert heard(waves) == []


@pytest.mark.parametrize("on_hand", [0, 3, 80])
def test_what_has_a_limit_again_is_announced_for_pages_said_that_it_has_none(
    waves: Product, a4: Variant, on_hand: int
) -> None:
    count(a4, 0, tracked=False)
    count(a4, on_hand)
    assert heard(waves) == [(a4.pk, told(on_hand))]


def test_a_refusal_announces_nothing(waves: Product, a4: Variant, a3: Variant) -> None:
    with pytest.raises(OutOfStock):
        take(quantities={a4.pk: 8, a3.pk: 11}, reference="A-1")
    with pytest.raises(CountBelowReserved):
        set_counts(counts=[Count(a4.pk, 1), Count(a3.pk, -1)], reason=Reason.COUNT)
    assert heard(waves) == []


def test_what_is_rolled_back_was_never_announced(waves: Product, a4: Variant) -> None:
    with transaction.atomic():
        take(quantities={a4.pk: 8}, reference="A-1")
        assert heard(waves) == [(a4.pk, 2)]
        transaction.set_rollback(True)
    assert heard(waves) == []


def test_one_order_tells_every_product_of_its_own_variants(waves: Product, a4: Variant, a3: Variant) -> None:
    dunes = a_print("dunes", 4)
    basket = filled_basket(a4, 8)
    for variant in (a3, dunes):
        add_variant(basket=basket, variant=variant, quantity=4)
    buy(basket)
    assert heard(waves) == [(a4.pk, 2)]  # of the other size six are left, and that is plenty
    assert heard(dunes.product) == [(dunes.pk, 0)]


def queries_of_an_order(on_hand: int, lines: int) -> list[str]:
    """What an order of one each of so many products asks, after pages of each have been open."""
    names = [f"{on_hand}-{lines}-{line}" for line in range(lines)]
    variants = [a_print(name, on_hand) for name in names]
    for variant in variants:
        Stream.objects.create(key=live_key(variant.product_id))
    basket = filled_basket(variants[0])
    for variant in variants[1:]:
        add_variant(basket=basket, variant=variant, quantity=1)
    with CaptureQueriesContext(connection) as captured:
        buy(basket)
    return [query["sql"] for query in captured]


def test_an_order_asks_nothing_more_where_there_is_plenty() -> None:
    asked = queries_of_an_order(80, 3)
    assert [sql for sql in asked if "live_stream" in sql and "product:" in sql] == []
    assert [sql for sql in asked if sql.startswith('SELECT "catalogue_variant"."id"')] == []


def test_an_order_that_takes_the_last_ones_asks_as_little_more_for_many_lines_as_for_one() -> None:
    queries_of_an_order(40, 1)  # what is asked once and then remembered
    more = [len(queries_of_an_order(1, lines)) - len(queries_of_an_order(80, lines)) for lines in (1, 8)]
    # The variants' products, whether their streams are there, the lock, the events, the streams' numbers; a savepoint.
    assert more == [7, 7]


STEPS = st.tuples(st.sampled_from(["take", "put back", "count"]), st.integers(0, 12))


class AnyHistory(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(st.lists(STEPS, max_size=15))
    def test_a_page_that_hears_the_events_says_what_a_new_page_says(self, steps: list[tuple[str, int]]) -> None:
        variant = a_print("any", 8)
        shown: list[int | None] = [told(8)]
        for number, (step, amount) in enumerate(steps):
            try:
                if step == "take" and amount:
                    take(quantities={variant.pk: amount}, reference=str(number))
                elif step == "count":
                    count(variant, amount)
                else:
                    put_back(reference=str(amount))
            except OutOfStock:
                pass
            shown = [told(8), *(left for _variant, left in heard(variant.product))]
            variant = Variant.objects.select_related("stock", "product").get(pk=variant.pk)
            assert shown[-1] == told(left(variant) or 0)
        assert all(before != after for before, after in pairwise(shown))
