from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chat.live import publish
from shop.orders.countries import country_name
from shop.orders.links import BadLink, key_in
from shop.orders.models import Order
from shop.orders.steps import live_key

ORDERS_A_PAGE = 20


def key_behind(signed: str) -> uuid.UUID:
    """404 for a link that the shop did not give out."""
    try:
        return key_in(signed)
    except BadLink as error:
        raise Http404 from error


@never_cache
@require_safe
def show(request: HttpRequest, signed: str) -> HttpResponse:
    key = key_behind(signed)
    # The stream's head is read before the state, so that nothing falls in between.
    live = publish.subscription(live_key(key))
    order = get_object_or_404(Order.objects.with_history(), key=key)
    context = _status_words(order, signed) | {"live": live, "country": country_name(order.country)}
    response = render(request, "orders/show.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
def status(request: HttpRequest, signed: str) -> HttpResponse:
    """The part of the page that changes, for htmx."""
    order = get_object_or_404(Order.objects.prefetch_related("events", "payments"), key=key_behind(signed))
    response = render(request, "orders/parts/status.html", _status_words(order, signed))
    response["X-Robots-Tag"] = "noindex"
    return response


def _status_words(order: Order, signed: str) -> dict[str, Any]:
    """``payment``: the last attempt, whichever gateway it went to."""
    payments = list(order.payments.all())
    return {"order": order, "signed": signed, "payment": payments[-1] if payments else None}


@never_cache
@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    orders = Order.objects.filter(user=request.user.pk).with_pieces()
    page = Paginator(orders, ORDERS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "orders/list.html", {"page": page})
