"""Who waits for whom: what a race would only sometimes tell, step by step."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connections, transaction

from shop.basket.contents import BasketClosed, add_variant
from shop.catalogue.models import Variant
from shop.orders.models import Order
from shop.orders.states import IllegalTransition
from shop.orders.steps import cancel_order, mark_paid
from shop.stock.ledger import take
from shop.stock.models import StockItem
from tests.shop.buying import buy, filled_basket
from tests.shop.racing import postgres_under_test  # noqa: F401 - a fixture

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

LONG_ENOUGH_SECONDS = 0.4


def begin(pool: ThreadPoolExecutor, task: Callable[[], Any]) -> "Future[Any]":
    """On a connection of its own; long enough ago, when this returns, to wait where it has to."""

    def run() -> Any:
        try:
            return task()
        finally:
            connections.close_all()

    begun = pool.submit(run)
    time.sleep(LONG_ENOUGH_SECONDS)
    return begun


def test_a_step_of_an_order_waits_for_the_one_under_way_and_sees_what_it_did(order: Order) -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            cancel_order(order=order, actor="first")
            second = begin(pool, partial(mark_paid, order=order, actor="second"))
            assert not second.done()
        with pytest.raises(IllegalTransition):
            second.result(timeout=10)
    order.refresh_from_db()
    assert order.state == "cancelled"


def test_who_adds_to_a_basket_waits_for_its_checkout_and_finds_it_ordered(a4: Variant, a3: Variant) -> None:
    basket = filled_basket(a4)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            buy(basket)
            second = begin(pool, partial(add_variant, basket=basket, variant=a3, quantity=1))
            assert not second.done()
        with pytest.raises(BasketClosed):
            second.result(timeout=10)
    assert basket.lines.count() == 1


def test_stock_rows_are_locked_in_key_order_whatever_the_order_of_the_basket(a4: Variant, a3: Variant) -> None:
    """Who waits for the first row holds none of the others: no two can wait for one another."""
    first, second = sorted([a4.pk, a3.pk])
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            StockItem.objects.select_for_update(no_key=True).get(pk=first)
            buyer = begin(pool, partial(take, quantities={second: 1, first: 1}, reference="A-1"))
            assert not buyer.done()
            StockItem.objects.select_for_update(no_key=True, nowait=True).get(pk=second)
        buyer.result(timeout=10)
    assert list(StockItem.objects.values_list("on_hand", flat=True)) == [9, 9]
