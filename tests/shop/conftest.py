"""What the tests of buying share."""

from collections.abc import Callable

import pytest
from django_tasks_db.models import DBTaskResult

from shop.catalogue.models import Product, Variant
from shop.orders.models import Order
from tests.shop.buying import buy, filled_basket


@pytest.fixture
def a4(waves: Product) -> Variant:
    return waves.variants.get(option1="A4")


@pytest.fixture
def a3(waves: Product) -> Variant:
    return waves.variants.get(option1="A3")


@pytest.fixture
def order(a4: Variant) -> Order:
    """Carol, a guest, has ordered two of the small print."""
    return buy(filled_basket(a4, 2))


@pytest.fixture
def work(db: None) -> Callable[[], int]:
    """Do what the worker would do now; gives the number of tasks done."""

    def run() -> int:
        due = DBTaskResult.objects.ready()
        count = 0
        while (row := due.first()) is not None:
            row.delete()
            row.task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
            count += 1
        return count

    return run
