"""``{% order_path order %}``: the signed address of an order's page."""

from django import template

from shop.orders import links
from shop.orders.models import Order

register = template.Library()


@register.simple_tag
def order_path(order: Order) -> str:
    return links.order_path(order)
