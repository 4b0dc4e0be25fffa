"""``{% basket_count %}``: how many pieces are in this visitor's basket."""

from typing import Any

from django import template

from shop.basket.models import BasketLine
from shop.basket.ownership import has_no_basket, open_baskets

register = template.Library()


@register.simple_tag(takes_context=True)
def basket_count(context: dict[str, Any]) -> int:
    """Asks the database only where there may be something to count."""
    request = context.get("request")
    if request is None or has_no_basket(request):
        return 0
    return BasketLine.objects.filter(basket__in=open_baskets(request)).pieces()
