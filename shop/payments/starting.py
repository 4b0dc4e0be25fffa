"""Beginning to pay, and asking for money back."""

from __future__ import annotations

from django.db import transaction

from shop.orders.models import Order
from shop.orders.steps import locked_order
from shop.payments.gateways import Gateway
from shop.payments.models import Payment, PaymentState
from shop.payments.registry import gateway_named

UNDER_WAY = (PaymentState.STARTED, PaymentState.PENDING)


class NotPayable(Exception):
    """The order does not wait for money: it is paid, or it will not be."""


class NotRefundable(Exception):
    """There is no money of it to give back."""


@transaction.atomic
def start_payment(*, order: Order, gateway: Gateway) -> Payment:
    """The attempt that is under way at this gateway; a new one where there is none. Raises NotPayable."""
    order = locked_order(order.pk)
    if not order.can_be_paid:
        raise NotPayable
    under_way = Payment.objects.filter(order=order, gateway=gateway.name, state__in=UNDER_WAY, amount=order.total)
    return under_way.last() or Payment.objects.create(order=order, gateway=gateway.name, amount=order.total)


@transaction.atomic
def ask_refund(*, payment: Payment) -> None:
    """All that is left of it. Raises NotRefundable, UnknownGateway."""
    locked_order(payment.order_id)
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    left = payment.amount - payment.refunded_amount
    if payment.state != PaymentState.PAID or left <= 0:
        raise NotRefundable
    gateway_named(payment.gateway).refund(payment, left)
