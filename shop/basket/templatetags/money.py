"""``{{ amount|money }}``: an amount as a person reads it; ``{{ amount|money:order.currency }}`` in an order's own."""

from decimal import Decimal

from django import template

from shop.money import shown

register = template.Library()


@register.filter
def money(amount: Decimal | None, currency: str = "") -> str:
    return "" if amount is None else shown(amount, currency)
