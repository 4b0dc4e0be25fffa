"""The checkout transaction: a basket becomes an order, wholly or not at all.

In this order: lock the basket and read it inside the lock; lock the stock rows in key order, check, and take; write the
order, its lines and its first event; queue the mail. Mail and ringing follow the commit. Nothing in here waits for a
network.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import asdict, astuple, dataclass

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import translation

from shop.basket.contents import close_basket, is_for_sale
from shop.basket.models import Basket
from shop.basket.summary import Summary, summary_of
from shop.checkout.models import ShippingMethod
from shop.checkout.totals import Totals, line_amounts, totals_of
from shop.orders.models import Order, OrderLine
from shop.orders.numbers import new_number
from shop.orders.steps import record_placed
from shop.stock.ledger import OutOfStock, Shortage, take


class CheckoutError(Exception):
    """No order was placed, and the basket is as it was."""


class EmptyBasket(CheckoutError):
    """There is nothing to order: the basket is empty, or was ordered already."""


class NotAsShown(CheckoutError):
    """The goods, what they cost, or where and how they go are not what the customer saw."""


class NoSuchShipping(CheckoutError):
    """The chosen way of sending does not go there with these goods."""


@dataclass(frozen=True)
class Details:
    """Who orders and where it goes: the order's own columns."""

    email: str
    name: str
    street: str
    postcode: str
    city: str
    country: str
    region: str = ""
    company: str = ""
    street2: str = ""
    phone: str = ""


@transaction.atomic
def place_order(
    *,
    basket: Basket,
    checkout_key: uuid.UUID,
    details: Details,
    method: ShippingMethod,
    seen: str,
    language: str,
    user: AbstractBaseUser | None = None,
) -> Order:
    """The order that this checkout makes; the one it has made already where it is submitted again.

    ``seen`` is the seal (``seal_of``) of what the customer was shown. Raises EmptyBasket, NotAsShown, NoSuchShipping,
    and OutOfStock naming each variant that is short.
    """
    row = Basket.objects.select_for_update(no_key=True).filter(pk=basket.pk).first()
    placed = Order.objects.filter(checkout_key=checkout_key).first()
    if placed is not None:
        return placed
    if row is None or row.closed_at is not None:
        raise EmptyBasket
    with translation.override(language):
        summary = summary_of(row)
        totals = _checked(summary, details=details, method=method, seen=seen)
        number = new_number()
        take(quantities={line.variant.pk: line.quantity for line in summary.lines}, reference=number)
        order = _written(number, checkout_key, details, method, totals, language, user)
        OrderLine.objects.bulk_create(_order_lines(order, summary))
    close_basket(basket=row)
    return record_placed(order=order, by=user)


def _checked(summary: Summary, *, details: Details, method: ShippingMethod, seen: str) -> Totals:
    """What it costs, if it may be ordered like this."""
    if not summary.lines:
        raise EmptyBasket
    gone = [line for line in summary.lines if not is_for_sale(line.product)]
    if gone:
        raise OutOfStock(Shortage(line.variant.pk, line.quantity, 0) for line in gone)
    if not method.serves(country=details.country, weight_grams=summary.weight_grams):
        raise NoSuchShipping
    totals = totals_of(summary, method)
    if seen != seal_of(summary, totals, details=details, method=method):
        raise NotAsShown
    return totals


def seal_of(summary: Summary, totals: Totals, *, details: Details, method: ShippingMethod) -> str:
    """A word for all that the review page shows; another one means that something of it has changed, in the shop or
    in another tab."""
    facts = (summary.seal, str(totals.shipping), str(totals.total), method.code, astuple(details))
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _written(
    number: str,
    checkout_key: uuid.UUID,
    details: Details,
    method: ShippingMethod,
    totals: Totals,
    language: str,
    user: AbstractBaseUser | None,
) -> Order:
    return Order.objects.create(
        number=number,
        checkout_key=checkout_key,
        user_id=user.pk if user else None,
        language=language,
        currency=settings.SHOP_CURRENCY,
        shipping_method=method.code,
        shipping_name=method.shown_name,
        goods_total=totals.goods,
        shipping_total=totals.shipping,
        shipping_tax_rate_percent=totals.shipping_tax_rate_percent,
        tax_total=totals.tax,
        total=totals.total,
        **asdict(details),
    )


def _order_lines(order: Order, summary: Summary) -> list[OrderLine]:
    return [
        OrderLine(
            order=order,
            variant=line.variant,
            sku=line.variant.sku,
            name=line.product.shown_name,
            option_text=line.options,
            unit_price=amounts.unit_price,
            quantity=amounts.quantity,
            tax_rate_percent=amounts.tax_rate_percent,
            total=amounts.total,
            tax=amounts.tax,
        )
        for line, amounts in zip(summary.lines, line_amounts(summary), strict=True)
    ]
