"""What customers get by mail about an order, in the order's own language."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from shop.mail import queue_mail
from shop.orders.countries import country_name
from shop.orders.links import order_url
from shop.orders.models import Order


def queue_placed(order: Order) -> None:
    with translation.override(order.language):
        _queue(order, _("Your order %(number)s") % {"number": order.number}, "placed")


def queue_paid(order: Order) -> None:
    with translation.override(order.language):
        _queue(order, _("We have your payment for order %(number)s") % {"number": order.number}, "paid")


def _queue(order: Order, subject: str, template: str) -> None:
    context = {
        "order": order,
        "lines": list(order.lines.all()),
        "url": order_url(order),
        "country": country_name(order.country),
        "subject": subject,
    }
    queue_mail(
        to=order.email,
        subject=subject,
        text=render_to_string(f"orders/mail/{template}.txt", context),
        html=render_to_string(f"orders/mail/{template}.html", context),
    )
