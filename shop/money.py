"""Money: ``Decimal``, one currency a shop, one rounding rule.

The rule: an amount is rounded half up to the currency's own exponent (EUR: 2, JPY: 0; from CLDR), and only here. Prices
include tax; the tax within an order line is taken from the line's rounded total (not from the unit price), so that
lines add up to the order to the cent.
"""

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency, get_currency_precision
from django.conf import settings
from django.utils.translation import get_language


def exponent() -> Decimal:
    """The smallest unit of the shop's currency, as ``Decimal("0.01")``."""
    return Decimal(1).scaleb(-get_currency_precision(settings.SHOP_CURRENCY))


def rounded(amount: Decimal) -> Decimal:
    """``amount`` in whole smallest units, half up."""
    return amount.quantize(exponent(), rounding=ROUND_HALF_UP)


def tax_within(gross: Decimal, rate_percent: Decimal) -> Decimal:
    """The tax that a tax-inclusive amount contains, rounded."""
    return rounded(gross * rate_percent / (100 + rate_percent))


def shown(amount: Decimal, currency: str = "") -> str:
    """``amount`` as a person reads it in the active language: "€12.50", "12,50 €". ``currency``: an order's own."""
    locale = (get_language() or "en").replace("-", "_")
    return format_currency(amount, currency or settings.SHOP_CURRENCY, locale=locale)
