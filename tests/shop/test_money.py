from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from shop.checkout.totals import LineAmounts, add_up
from shop.money import exponent, rounded, shown, tax_within

PRICES = st.decimals(min_value=0, max_value=99_999, places=2)
RATES = st.decimals(min_value=0, max_value=99, places=2)
LINES = st.lists(st.builds(LineAmounts, PRICES, st.integers(1, 99), RATES), max_size=30)


@pytest.mark.parametrize(
    ("amount", "cents"), [("0.005", "0.01"), ("0.0049", "0.00"), ("2.675", "2.68"), ("-0.005", "-0.01")]
)
def test_half_a_cent_is_rounded_away_from_nothing(amount: str, cents: str) -> None:
    assert rounded(Decimal(amount)) == Decimal(cents)


def test_a_currency_without_cents_has_none(settings: Any) -> None:
    settings.SHOP_CURRENCY = "JPY"
    assert exponent() == 1
    assert rounded(Decimal("10.50")) == 11


@pytest.mark.parametrize(("language", "words"), [("en", "€1,234.50"), ("es", "1.234,50\xa0€"), ("en-gb", "€1,234.50")])
def test_money_is_written_as_its_reader_writes_it(language: str, words: str) -> None:
    with translation.override(language):
        assert shown(Decimal("1234.5")) == words


def test_an_order_keeps_its_own_currency() -> None:
    assert shown(Decimal("5"), "USD") == "$5.00"


def test_the_tax_within_a_price() -> None:
    assert tax_within(Decimal("121.00"), Decimal(21)) == Decimal("21.00")
    assert tax_within(Decimal("19.90"), Decimal(0)) == 0


@given(LINES, PRICES, RATES)
def test_any_basket_adds_up_to_the_cent(lines: list[LineAmounts], shipping: Decimal, rate: Decimal) -> None:
    totals = add_up(lines, shipping=shipping, shipping_tax_rate_percent=rate)
    assert totals.total == sum((line.total for line in lines), shipping)
    assert totals.tax == sum((line.tax for line in lines), tax_within(shipping, rate))
    assert 0 <= totals.tax <= totals.total
    for amount in (totals.goods, totals.shipping, totals.tax, totals.total):
        assert amount == rounded(amount)


@given(PRICES, RATES)
def test_net_and_tax_make_the_price_again(gross: Decimal, rate: Decimal) -> None:
    tax = tax_within(gross, rate)
    net = gross - tax
    assert abs(net * rate / 100 - tax) <= Decimal("0.01")
