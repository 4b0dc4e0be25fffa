"""What goes into a basket and comes out of it, within what is there and what a basket holds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from shop.basket.models import Basket, BasketLine
from shop.catalogue.models import Product, Variant
from shop.stock.models import StockItem

MAX_QUANTITY = 99
MAX_LINES = 100


class BasketError(Exception):
    """The basket stays as it was."""


class BasketClosed(BasketError):
    """The basket has become an order in the meantime."""


class BasketFull(BasketError):
    """It holds MAX_LINES different things already."""


class NotForSale(BasketError):
    """The variant is not (or no longer) on sale."""


class NothingLeft(BasketError):
    """There is none of it."""


@dataclass(frozen=True)
class Change:
    """What became of a wish: ``line`` is None where it was removed. ``capped``: fewer than asked."""

    line: BasketLine | None
    capped: bool = False


def locked_basket(basket: Basket) -> Basket:
    """The basket's row, locked until the transaction ends. Raises BasketClosed."""
    row = Basket.objects.select_for_update(no_key=True).filter(pk=basket.pk).first()
    if row is None or row.closed_at is not None:
        raise BasketClosed
    return row


@transaction.atomic
def add_variant(*, basket: Basket, variant: Variant, quantity: int) -> Change:
    """Put ``quantity`` more of a variant in, at most what is there and MAX_QUANTITY.

    Raises NotForSale, NothingLeft, BasketFull, BasketClosed.
    """
    basket = locked_basket(basket)
    most = most_of(variant)
    line = BasketLine.objects.filter(basket=basket, variant=variant).first()
    if line is None and BasketLine.objects.filter(basket=basket).count() >= MAX_LINES:
        raise BasketFull
    wanted = (line.quantity if line else 0) + quantity
    if line is None:
        line = BasketLine(basket=basket, variant=variant)
    return _hold(line, wanted=wanted, most=most, price=variant.price)


@transaction.atomic
def change_quantity(*, line: BasketLine, quantity: int) -> Change:
    """Make it ``quantity``, at most what is there; 0 takes the line out.

    Raises NotForSale, NothingLeft, BasketClosed.
    """
    basket = locked_basket(line.basket)
    row = BasketLine.objects.select_related("variant__product").filter(pk=line.pk, basket=basket).first()
    if row is None or quantity < 1:
        BasketLine.objects.filter(pk=line.pk, basket=basket).delete()
        return Change(None)
    return _hold(row, wanted=quantity, most=most_of(row.variant), price=row.variant.price)


@transaction.atomic
def confirm_prices(*, basket: Basket) -> None:
    """The customer has been told of the prices as they are now."""
    today = Variant.objects.filter(pk=OuterRef("variant")).values("price")
    BasketLine.objects.filter(basket=basket).update(price_seen=Subquery(today))


@transaction.atomic
def close_basket(*, basket: Basket) -> None:
    """It became an order, and stays as its record."""
    basket.closed_at = timezone.now()
    basket.save(update_fields=["closed_at"])


def is_for_sale(product: Product) -> bool:
    return product.status == Product.Status.ACTIVE and product.published


def most_of(variant: Variant) -> int:
    """How many one basket may hold now. Raises NotForSale, NothingLeft."""
    if not is_for_sale(variant.product):
        raise NotForSale
    item = StockItem.objects.filter(pk=variant.pk).first()
    available = item.available if item else 0
    if available == 0:
        raise NothingLeft
    return MAX_QUANTITY if available is None else min(available, MAX_QUANTITY)


def _hold(line: BasketLine, *, wanted: int, most: int, price: Decimal) -> Change:
    line.quantity = min(wanted, most)
    line.price_seen = price
    if line.pk:
        line.save(update_fields=["quantity", "price_seen"])
    else:
        line.save()
    return Change(line, capped=wanted > most)
