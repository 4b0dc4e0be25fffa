"""Order numbers as people say them: "K7TM-2QX9". They follow no count, so nobody reads the shop's sales from them."""

import secrets

from shop.orders.models import Order

# Without vowels there are no words in it, and without 0, 1 and their lookalikes none is misread.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"


def new_number() -> str:
    """A number that no order has; the column's constraint stands behind it."""
    while True:
        word = "".join(secrets.choice(ALPHABET) for _place in range(8))
        number = f"{word[:4]}-{word[4:]}"
        if not Order.objects.filter(number=number).exists():
            return number
