"""What the shop trades in, checked when the settings are read: a wrong word would fail a page, or a sum, much later."""

from decimal import Decimal, InvalidOperation

from babel.numbers import get_currency_precision, list_currencies
from django.core.exceptions import ImproperlyConfigured

# What the columns of amounts hold (DecimalField, decimal_places=2).
MOST_DECIMALS = 2


def currency(code: str) -> str:
    """The ISO code of a currency whose amounts the tables can hold."""
    if code not in list_currencies() or get_currency_precision(code) > MOST_DECIMALS:
        raise ImproperlyConfigured(
            f'SHOP_CURRENCY must be the ISO code of a currency of at most two decimals ("EUR", "JPY"), not "{code}".'
        )
    return code


def tax_rate(percent: str) -> Decimal:
    try:
        rate = Decimal(percent)
        is_rate = 0 <= rate < 1000 and rate == round(rate, 2)
    except InvalidOperation:  # no number at all, or "NaN", which is not less than anything
        is_rate = False
    if not is_rate:
        raise ImproperlyConfigured(
            f'SHOP_TAX_RATE_PERCENT must be a number of at most two decimals ("21", "5.5"), not "{percent}".'
        )
    return rate
