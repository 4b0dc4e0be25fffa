"""How tests buy: a filled basket, and an order made of one."""

from __future__ import annotations

import uuid
from decimal import Decimal

from shop.basket.contents import add_variant
from shop.basket.models import Basket
from shop.basket.summary import summary_of
from shop.catalogue.models import Variant
from shop.checkout.models import ShippingMethod
from shop.checkout.placing import Details, place_order, seal_of
from shop.checkout.totals import totals_of
from shop.customers.models import User
from shop.orders.countries import EUROPE
from shop.orders.models import Order

CAROL = Details(
    email="carol@example.com",
    name="Carol Shopper",
    street="Calle Mayor 1",
    postcode="28013",
    city="Madrid",
    country="ES",
)


def filled_basket(variant: Variant, quantity: int = 1, *, user: User | None = None) -> Basket:
    basket = Basket.objects.create(user=user)
    add_variant(basket=basket, variant=variant, quantity=quantity)
    return basket


def standard() -> ShippingMethod:
    """As the data migration makes it, which a test that empties the database takes with it."""
    fields = {"name": "Standard", "price": Decimal("4.90"), "free_above": Decimal(80), "countries": list(EUROPE)}
    return ShippingMethod.objects.get_or_create(code="standard", defaults=fields)[0]


def seal(basket: Basket, method: ShippingMethod) -> str:
    """What the review page would have shown."""
    summary = summary_of(basket)
    return seal_of(summary, totals_of(summary, method), details=CAROL, method=method)


def buy(basket: Basket, *, checkout_key: uuid.UUID | None = None, seen: str = "", language: str = "en") -> Order:
    method = standard()
    return place_order(
        basket=basket,
        checkout_key=checkout_key or basket.key,
        details=CAROL,
        method=method,
        seen=seen or seal(basket, method),
        language=language,
        user=basket.user,
    )
