"""Buyers at once. The first test takes the locks away and must oversell: it proves that the others can tell."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection

from chat.live.models import Event, Stream
from shop.basket.models import Basket
from shop.catalogue.models import Product, Variant
from shop.catalogue.remaining import live_key
from shop.checkout.placing import EmptyBasket
from shop.orders.models import Order, OrderLine
from shop.stock import ledger
from shop.stock.ledger import OutOfStock, set_count
from shop.stock.models import StockItem, StockMovement
from tests.shop.buying import buy, filled_basket, seal, standard
from tests.shop.racing import all_at_once, postgres_under_test  # noqa: F401 - a fixture

BUYERS = 20

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def last_one(a4: Variant) -> Variant:
    set_count(variant=a4, on_hand=1, reason=StockMovement.Reason.COUNT)
    return a4


def buy_at_once(variant: Variant) -> list[Any]:
    """Each buyer has a basket of their own, seen and filled before the race."""
    standard()
    baskets = [filled_basket(variant) for _buyer in range(BUYERS)]
    words = {basket.pk: seal(basket, standard()) for basket in baskets}
    return all_at_once([partial(buy, basket, seen=words[basket.pk]) for basket in baskets])


@contextmanager
def constraint_taken_away() -> Iterator[None]:
    """The database no longer refuses stock below zero. Mended at the end, with what broke the rule in the meantime."""
    [rule] = [rule for rule in StockItem._meta.constraints if rule.name == "stock_not_below_zero"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(StockItem, rule)
    try:
        yield
    finally:
        StockItem.objects.filter(on_hand__lt=0).update(on_hand=0)
        with connection.schema_editor() as editor:
            editor.add_constraint(StockItem, rule)


@contextmanager
def lock_taken_away(buyers: int) -> Iterator[None]:
    """Stock rows are read without a lock, and nobody writes before everybody has read: the worst interleaving."""
    everybody_has_read = threading.Barrier(buyers)

    def read(variant_ids: Iterable[int]) -> dict[int, StockItem]:
        rows = {item.pk: item for item in StockItem.objects.filter(pk__in=set(variant_ids)).order_by("pk")}
        everybody_has_read.wait(timeout=20)
        return rows

    with patch.object(ledger, "_lock", read):
        yield


@pytest.mark.postgres
def test_without_the_lock_and_the_constraint_the_last_one_is_oversold(last_one: Variant) -> None:
    with constraint_taken_away(), lock_taken_away(BUYERS):
        results = buy_at_once(last_one)
        left = StockItem.objects.get(pk=last_one.pk).on_hand
    assert [type(result) for result in results] == [Order] * BUYERS
    assert left == 1 - BUYERS


@pytest.mark.postgres
def test_without_the_lock_the_constraint_still_sells_only_one(last_one: Variant) -> None:
    with lock_taken_away(BUYERS):
        results = buy_at_once(last_one)
    assert Counter(type(result).__name__ for result in results) == {"Order": 1, "IntegrityError": BUYERS - 1}
    assert StockItem.objects.get(pk=last_one.pk).on_hand == 0


def test_twenty_buyers_of_the_last_one_make_one_order_and_nineteen_clear_refusals(last_one: Variant) -> None:
    results = buy_at_once(last_one)
    orders = [result for result in results if isinstance(result, Order)]
    refusals = [result for result in results if isinstance(result, OutOfStock)]
    assert (len(orders), len(refusals)) == (1, BUYERS - 1)
    assert {(short.variant_id, short.left) for refusal in refusals for short in refusal.shortages} == {(last_one.pk, 0)}
    assert Order.objects.count() == OrderLine.objects.count() == 1
    assert StockItem.objects.get(pk=last_one.pk).on_hand == 0
    assert Basket.objects.filter(closed_at__isnull=True).count() == BUYERS - 1


@pytest.mark.postgres
def test_baskets_with_the_same_goods_in_another_order_do_not_deadlock(a4: Variant, a3: Variant) -> None:
    for variant in (a4, a3):
        set_count(variant=variant, on_hand=50, reason=StockMovement.Reason.COUNT)
    standard()
    baskets = []
    for number in range(10):
        first, second = (a4, a3) if number % 2 else (a3, a4)
        basket = filled_basket(first)
        basket.lines.create(variant=second, quantity=1, price_seen=second.price)
        baskets.append((basket, seal(basket, standard())))
    results = all_at_once([partial(buy, basket, seen=seen) for basket, seen in baskets])
    assert [type(result) for result in results] == [Order] * 10


def heard(product_id: int) -> list[tuple[int, int, int | None]]:
    """What open pages of the product were told: (number, variant, left)."""
    events = Event.objects.filter(stream__key=live_key(product_id)).order_by("seq")
    return [(event.seq, event.data["variant"], event.data["left"]) for event in events]


def test_open_pages_hear_of_the_last_ones_in_the_order_in_which_they_went(a4: Variant) -> None:
    set_count(variant=a4, on_hand=8, reason=StockMovement.Reason.COUNT)
    results = buy_at_once(a4)
    assert Counter(type(result).__name__ for result in results) == {"Order": 8, "OutOfStock": BUYERS - 8}
    assert heard(a4.product_id) == [(seq, a4.pk, 6 - seq) for seq in range(1, 7)]


@pytest.mark.postgres
def test_buyers_of_the_last_ones_of_the_same_two_products_do_not_deadlock() -> None:
    """Each wants another size than all others: no stock row makes them wait, only what they tell the two products'
    pages. Nobody has opened one yet, so they make the streams, too."""
    products = [Product.objects.create(handle=name, name=name) for name in ("dunes", "waves")]
    standard()
    baskets = []
    for number in range(BUYERS):
        sizes = [Variant.objects.create(product=product, option1=str(number), price=10) for product in products]
        StockItem.objects.bulk_create(StockItem(variant=size, on_hand=1) for size in sizes)
        first, second = sizes[:: 1 if number % 2 else -1]
        basket = filled_basket(first)
        basket.lines.create(variant=second, quantity=1, price_seen=second.price)
        baskets.append((basket, seal(basket, standard())))
    Stream.objects.all().delete()
    results = all_at_once([partial(buy, basket, seen=seen) for basket, seen in baskets])
    assert [type(result) for result in results] == [Order] * BUYERS
    for product in products:
        told = heard(product.pk)
        assert [seq for seq, _variant, _left in told] == list(range(1, BUYERS + 1))
        assert {(variant, left) for _seq, variant, left in told} == {(size.pk, 0) for size in product.variants.all()}


def test_a_double_click_makes_one_order(a4: Variant) -> None:
    basket = filled_basket(a4)
    seen = seal(basket, standard())
    first, second = all_at_once([partial(buy, basket, seen=seen)] * 2)
    assert first == second
    assert Order.objects.count() == 1
    assert StockItem.objects.get(pk=a4.pk).on_hand == 9


def test_two_checkouts_of_one_basket_at_once_make_one_order(a4: Variant) -> None:
    basket = filled_basket(a4)
    seen = seal(basket, standard())
    keys = [uuid.uuid4(), uuid.uuid4()]
    results = all_at_once([partial(buy, basket, seen=seen, checkout_key=key) for key in keys])
    assert sorted(type(result).__name__ for result in results) == ["EmptyBasket", "Order"]
    assert isinstance(next(result for result in results if not isinstance(result, Order)), EmptyBasket)
