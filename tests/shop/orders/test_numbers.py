import re
from unittest.mock import patch

import pytest

from shop.orders.models import Order
from shop.orders.numbers import new_number


@pytest.mark.django_db
def test_a_number_is_easy_to_read_out_and_follows_no_count() -> None:
    drawn = {new_number() for _time in range(50)}
    assert len(drawn) == 50
    assert all(re.fullmatch(r"[2-9B-Z]{4}-[2-9B-Z]{4}", number) for number in drawn)


@pytest.mark.django_db
def test_a_number_that_is_taken_is_drawn_again(order: Order) -> None:
    taken = list(order.number.replace("-", ""))
    with patch("secrets.choice", side_effect=[*taken, *"23456789"]):
        assert new_number() == "2345-6789"
