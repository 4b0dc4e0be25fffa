"""What a gateway says becomes what the shop knows: once, in one transaction, whatever order the words come in."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_noop

from shop.orders.models import Order
from shop.orders.states import TRANSITIONS, OrderState
from shop.orders.steps import add_note, announce, locked_order, mark_paid, mark_refunded
from shop.payments.gateways import GatewayMessage, MessageKind
from shop.payments.models import GatewayEvent, Payment, PaymentState

Outcome = GatewayEvent.Outcome


class UnknownPayment(LookupError):
    """No payment of that gateway has this reference."""


@transaction.atomic
def receive(message: GatewayMessage) -> GatewayEvent:
    """Record the message and act on it. The same event again gives the record of the first time, and nothing happens.

    Raises UnknownPayment. Locks the order, then the payment: two messages about one order wait for one another.
    """
    known = Payment.objects.filter(reference=message.reference, gateway=message.gateway).first()
    if known is None:
        raise UnknownPayment(str(message.reference))
    order = locked_order(known.order_id)
    payment = Payment.objects.select_for_update(no_key=True).get(pk=known.pk)
    heard = GatewayEvent.objects.filter(payment=payment, event_id=message.event_id).first()
    if heard is not None:
        return heard
    outcome = _act(message, payment=payment, order=order)
    return GatewayEvent.objects.create(
        payment=payment, event_id=message.event_id, kind=message.kind, body=message.body, outcome=outcome
    )


def _act(message: GatewayMessage, *, payment: Payment, order: Order) -> GatewayEvent.Outcome:
    if message.currency != order.currency or not _amount_is_right(message, payment):
        add_note(order=order, actor=_actor(payment), note=gettext_noop("A call-back named another amount."))
        return Outcome.WRONG_AMOUNT
    if message.kind is MessageKind.PAID:
        return _paid(payment, order)
    if message.kind is MessageKind.REFUNDED:
        return _refunded(payment, order, message.amount)
    return _not_paid_yet(message.kind, payment, order)


def _amount_is_right(message: GatewayMessage, payment: Payment) -> bool:
    if message.kind is MessageKind.REFUNDED:
        return Decimal(0) < message.amount <= payment.amount - payment.refunded_amount
    return message.amount == payment.amount


def _paid(payment: Payment, order: Order) -> GatewayEvent.Outcome:
    if payment.state in (PaymentState.PAID, PaymentState.REFUNDED):
        return Outcome.NOTHING_NEW
    if Payment.objects.filter(order=order, state=PaymentState.PAID).exists():
        note = gettext_noop("It was paid a second time: the second payment is to be given back.")
        add_note(order=order, actor=_actor(payment), note=note)
        return Outcome.REFUND_DUE
    _set_state(payment, PaymentState.PAID)
    if order.can_be_paid:
        mark_paid(order=order, actor=_actor(payment))
        return Outcome.APPLIED
    note = gettext_noop("The payment came when the order was closed already: it is to be given back.")
    add_note(order=order, actor=_actor(payment), note=note)
    return Outcome.REFUND_DUE


def _refunded(payment: Payment, order: Order, amount: Decimal) -> GatewayEvent.Outcome:
    if payment.state != PaymentState.PAID:
        return Outcome.OUT_OF_ORDER
    payment.refunded_amount += amount
    if payment.refunded_amount == payment.amount:
        payment.state = PaymentState.REFUNDED
    payment.save(update_fields=["refunded_amount", "state"])
    if payment.state == PaymentState.REFUNDED and OrderState.REFUNDED in TRANSITIONS[OrderState(order.state)]:
        mark_refunded(order=order, actor=_actor(payment))
    return Outcome.APPLIED


def _not_paid_yet(kind: MessageKind, payment: Payment, order: Order) -> GatewayEvent.Outcome:
    """Declined, or a second step is asked for. What comes after the payment's end is only recorded."""
    state = PaymentState(kind.value)
    ended = (PaymentState.PAID, PaymentState.REFUNDED, PaymentState.DECLINED)
    if payment.state == state:
        return Outcome.NOTHING_NEW
    if payment.state in ended:
        return Outcome.OUT_OF_ORDER
    _set_state(payment, state)
    announce(order)
    return Outcome.APPLIED


def _set_state(payment: Payment, state: PaymentState) -> None:
    payment.state = state
    payment.save(update_fields=["state"])


def _actor(payment: Payment) -> str:
    return f"gateway:{payment.gateway}"
