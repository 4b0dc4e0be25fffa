"""Whose basket: a signed-in person has one open basket everywhere; anybody else's hangs on the session by its key."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.http import HttpRequest

from shop.basket.models import Basket

SESSION_KEY = "basket"


def session_key(request: HttpRequest) -> uuid.UUID | None:
    """The key that this session holds: of an open basket, or of one that has just become an order."""
    session = getattr(request, "session", None)
    word = session.get(SESSION_KEY) if session is not None else None
    try:
        return uuid.UUID(word) if word else None
    except ValueError:
        return None


def has_no_basket(request: HttpRequest) -> bool:
    """Known without a query: a stranger to whom no basket was ever given."""
    user = getattr(request, "user", None)
    return session_key(request) is None and not (user and user.is_authenticated)


def open_baskets(request: HttpRequest) -> QuerySet[Basket]:
    """None or one: never anybody else's."""
    baskets = Basket.objects.filter(closed_at__isnull=True)
    if request.user.is_authenticated:
        return baskets.filter(user=request.user)
    key = session_key(request)
    return baskets.filter(user__isnull=True, key=key) if key else baskets.none()


def current_basket(request: HttpRequest) -> Basket | None:
    return None if has_no_basket(request) else open_baskets(request).first()


def basket_for_writing(request: HttpRequest) -> Basket:
    """The current basket; a new one where there is none."""
    basket = current_basket(request)
    if basket is None and request.user.is_authenticated:
        basket, _created = Basket.objects.get_or_create(user=request.user, closed_at=None)
    elif basket is None:
        basket = Basket.objects.create()
        request.session[SESSION_KEY] = str(basket.key)
    return basket
