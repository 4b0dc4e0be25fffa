"""The signed link to an order: whoever has it may see the order, so guests need no account. It does not expire,
because it stands in mails."""

import uuid

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from shop.orders.models import Order

_signer = Signer(salt="shop.orders.link", sep=".")


class BadLink(Exception):
    """Not a link that this shop gave out."""


def signed_word(order: Order) -> str:
    return _signer.sign(order.key.hex)


def order_path(order: Order) -> str:
    return reverse("orders:show", args=[signed_word(order)])


def order_url(order: Order) -> str:
    """With scheme and host, for mails."""
    return f"{settings.SITE_URL}{order_path(order)}"


def key_in(word: str) -> uuid.UUID:
    """The order's key in a link's word. Raises BadLink."""
    try:
        return uuid.UUID(hex=_signer.unsign(word))
    except (BadSignature, ValueError) as error:
        raise BadLink from error
