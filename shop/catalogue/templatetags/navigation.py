"""``{% main_categories as categories %}``: where the header leads. ``{% tax_percent product %}``: its price's tax."""

from decimal import Decimal

from django import template
from django.conf import settings

from shop.catalogue.models import Category, Product

register = template.Library()


@register.simple_tag
def main_categories() -> list[Category]:
    """The top categories, the first of them opened into those below it. One query."""
    found = list(Category.objects.filter(parent__parent=None).order_by("position", "name"))
    top = [category for category in found if category.parent_id is None]
    opened = [category for category in found if top and category.parent_id == top[0].pk]
    return [*(opened or top[:1]), *top[1:]]


@register.simple_tag
def tax_percent(product: Product) -> Decimal:
    """Without zeros at the end: "21", "5.5"."""
    rate = product.tax_rate_percent
    percent = settings.SHOP_TAX_RATE_PERCENT if rate is None else rate
    return percent.quantize(Decimal(1)) if percent == percent.to_integral_value() else percent.normalize()
