"""A basket as its page and the checkout show it: names in the reader's language, today's prices, what is in the way."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.functional import cached_property

from shop.basket.contents import MAX_QUANTITY, is_for_sale
from shop.basket.models import Basket, BasketLine
from shop.catalogue.models import Picture, Product, Variant
from shop.money import rounded


def option_text(variant: Variant) -> str:
    """The variant's option values in the active language. Reads ``product.options``: prefetch them for a list."""
    options = {option.position: option for option in variant.product.options.all()}
    values = enumerate((variant.option1, variant.option2, variant.option3), start=1)
    shown = [options[place].value_text(value) if place in options else value for place, value in values]
    return " / ".join(value for value in shown if value)


def tax_rate_of(variant: Variant) -> Decimal:
    """In percent: nothing for what is not taxable, else the product's own rate or the shop's."""
    if not variant.taxable:
        return Decimal(0)
    own = variant.product.tax_rate_percent
    return settings.SHOP_TAX_RATE_PERCENT if own is None else own


@dataclass(frozen=True)
class SummaryLine:
    """One line with its goods loaded (BasketLineQuerySet.with_goods)."""

    line: BasketLine

    @property
    def pk(self) -> int:
        return self.line.pk

    @property
    def variant(self) -> Variant:
        return self.line.variant

    @property
    def product(self) -> Product:
        return self.variant.product

    @property
    def quantity(self) -> int:
        return self.line.quantity

    @cached_property
    def options(self) -> str:
        return option_text(self.variant)

    @property
    def unit_price(self) -> Decimal:
        return rounded(self.variant.price)

    @property
    def total(self) -> Decimal:
        return self.unit_price * self.quantity

    @property
    def old_price(self) -> Decimal | None:
        """What the customer saw last, where it is another price now."""
        return self.line.price_seen if self.line.price_seen != self.variant.price else None

    @cached_property
    def picture(self) -> Picture | None:
        return self.variant.picture or next(iter(self.product.pictures.all()), None)

    @cached_property
    def available(self) -> int | None:
        """How many can be bought now; None where there is no limit."""
        if not is_for_sale(self.product):
            return 0
        stock = getattr(self.variant, "stock", None)
        return stock.available if stock else 0

    @property
    def is_short(self) -> bool:
        return self.available is not None and self.available < self.quantity

    @property
    def most(self) -> int:
        """What the field takes; where less is there, the answer says so."""
        return MAX_QUANTITY


@dataclass(frozen=True)
class Summary:
    lines: tuple[SummaryLine, ...]

    @property
    def goods_total(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def weight_grams(self) -> int:
        return sum(line.variant.weight_grams * line.quantity for line in self.lines)

    @property
    def needs_shipping(self) -> bool:
        return any(line.variant.requires_shipping for line in self.lines)

    @property
    def can_be_bought(self) -> bool:
        return bool(self.lines) and not any(line.is_short for line in self.lines)

    @property
    def seal(self) -> str:
        """A word for exactly these goods, quantities and prices: another one means that the customer saw others."""
        facts = sorted((line.variant.pk, line.quantity, str(line.unit_price)) for line in self.lines)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def summary_of(basket: Basket | None) -> Summary:
    if basket is None:
        return Summary(())
    lines = BasketLine.objects.filter(basket=basket).to_buy().with_goods()
    return Summary(tuple(SummaryLine(line) for line in lines))
