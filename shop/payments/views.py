from __future__ import annotations

import logging
import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from shop.orders.links import BadLink, key_in, order_path
from shop.orders.models import Order
from shop.payments.forms import DecisionForm
from shop.payments.gateways import CallbackRefused, MessageKind
from shop.payments.models import Payment
from shop.payments.receiving import UnknownPayment, receive
from shop.payments.registry import UnknownGateway, gateway_named, preferred_gateway
from shop.payments.sandbox import send
from shop.payments.starting import UNDER_WAY, NotPayable, start_payment

CALLBACK_MAX_BYTES = 16 * 1024
LATE_SECONDS = 20

logger = logging.getLogger(__name__)


@require_POST
def pay(request: HttpRequest, signed: str) -> HttpResponse:
    """ "Pay now" on the order's page."""
    try:
        order = get_object_or_404(Order, key=key_in(signed))
    except BadLink as error:
        raise Http404 from error
    gateway = preferred_gateway()
    if gateway is None:
        messages.info(request, _("There is no way to pay online at the moment. We will write to you."))
        return redirect(order_path(order))
    try:
        return redirect(gateway.start(start_payment(order=order, gateway=gateway)))
    except NotPayable:
        return redirect(order_path(order))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sandbox(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """The bank's page. Whoever has the payment's reference came from the order."""
    if not settings.PAYMENT_SANDBOX:
        raise Http404
    payment = get_object_or_404(Payment.objects.select_related("order"), reference=reference, gateway="sandbox")
    form = DecisionForm(request.POST or None, initial={"news": "once"})
    decided = payment.state not in UNDER_WAY
    if request.method == "POST" and not decided and form.is_valid():
        decision = form.cleaned_data["decision"]
        if decision != "second_step":
            _tell_the_shop(payment, approved=decision != "decline", news=form.cleaned_data["news"])
            return redirect(order_path(payment.order))
        send(payment, MessageKind.PENDING)
    asks_code = request.method == "POST" and form.data.get("decision") in ("second_step", "code")
    context = {"payment": payment, "form": form, "decided": decided, "asks_code": asks_code}
    context["back"] = order_path(payment.order)
    return render(request, "payments/sandbox.html", context)


def _tell_the_shop(payment: Payment, *, approved: bool, news: str) -> None:
    kind = MessageKind.PAID if approved else MessageKind.DECLINED
    if news == "out_of_order":
        other = MessageKind.DECLINED if approved else MessageKind.PENDING
        send(payment, other)
    send(payment, kind, times=2 if news == "twice" else 1, after_seconds=LATE_SECONDS if news == "late" else 0)


@csrf_exempt
@require_POST
def callback(request: HttpRequest, gateway: str) -> JsonResponse:
    """A gateway's word. 200: heard, now or before; 400: not the gateway's, or not to be understood."""
    if len(request.body) > CALLBACK_MAX_BYTES:
        return JsonResponse({"error": "too large"}, status=413)
    try:
        event = receive(gateway_named(gateway).parse_callback(request))
    except UnknownGateway as error:
        raise Http404 from error
    except (CallbackRefused, UnknownPayment) as error:
        logger.warning("Call-back of %s refused: %s", gateway, error)
        return JsonResponse({"error": "refused"}, status=400)
    return JsonResponse({"outcome": event.outcome})
