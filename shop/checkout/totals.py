"""What an order costs. Every amount is rounded once, in shop.money; the rest is adding up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from shop.basket.summary import Summary, tax_rate_of
from shop.checkout.models import ShippingMethod
from shop.money import rounded, tax_within


@dataclass(frozen=True)
class LineAmounts:
    """Amounts of one order line; ``total`` and ``tax`` are of all its pieces."""

    unit_price: Decimal
    quantity: int
    tax_rate_percent: Decimal

    @property
    def total(self) -> Decimal:
        return self.unit_price * self.quantity

    @property
    def tax(self) -> Decimal:
        return tax_within(self.total, self.tax_rate_percent)


@dataclass(frozen=True)
class Totals:
    """All amounts include tax; ``tax`` is what ``total`` contains."""

    goods: Decimal
    shipping: Decimal
    shipping_tax_rate_percent: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.goods + self.shipping


def add_up(lines: Iterable[LineAmounts], *, shipping: Decimal, shipping_tax_rate_percent: Decimal) -> Totals:
    lines = list(lines)
    shipping = rounded(shipping)
    return Totals(
        goods=sum((line.total for line in lines), Decimal(0)),
        shipping=shipping,
        shipping_tax_rate_percent=shipping_tax_rate_percent,
        tax=sum((line.tax for line in lines), tax_within(shipping, shipping_tax_rate_percent)),
    )


def line_amounts(summary: Summary) -> list[LineAmounts]:
    return [LineAmounts(line.unit_price, line.quantity, tax_rate_of(line.variant)) for line in summary.lines]


def totals_of(summary: Summary, method: ShippingMethod) -> Totals:
    shipping = method.cost(goods_total=summary.goods_total, needs_shipping=summary.needs_shipping)
    rate = settings.SHOP_TAX_RATE_PERCENT
    return add_up(line_amounts(summary), shipping=shipping, shipping_tax_rate_percent=rate)
