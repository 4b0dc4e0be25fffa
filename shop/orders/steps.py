"""The steps of an order's life. Each locks the order, checks that the step is legal, and leaves an OrderEvent that says
who and when; browsers are told in the same transaction, mail is queued in it and sent after it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from chat.live import publish
from shop.orders import mails
from shop.orders.links import order_path
from shop.orders.models import Order, OrderEvent
from shop.orders.states import OrderState, check_transition
from shop.stock.ledger import put_back


def live_key(order_key: uuid.UUID) -> str:
    """The stream of what happens to an order."""
    return f"order:{order_key}"


@transaction.atomic
def record_placed(*, order: Order, by: AbstractBaseUser | None = None) -> Order:
    """The first step, taken by the checkout that has just written the order."""
    _record(order, from_state="", actor="customer", by=by)
    mails.queue_placed(order)
    announce(order)
    return order


@transaction.atomic
def mark_paid(*, order: Order, actor: str, by: AbstractBaseUser | None = None, note: str = "") -> Order:
    order = _step(order, OrderState.PAID, actor=actor, by=by, note=note)
    mails.queue_paid(order)
    announce(order)
    return order


@transaction.atomic
def ship_order(*, order: Order, actor: str, by: AbstractBaseUser | None = None, note: str = "") -> Order:
    order = _step(order, OrderState.SHIPPED, actor=actor, by=by, note=note)
    announce(order)
    return order


@transaction.atomic
def deliver_order(*, order: Order, actor: str, by: AbstractBaseUser | None = None, note: str = "") -> Order:
    order = _step(order, OrderState.DELIVERED, actor=actor, by=by, note=note)
    announce(order)
    return order


@transaction.atomic
def cancel_order(*, order: Order, actor: str, by: AbstractBaseUser | None = None, note: str = "") -> Order:
    """The goods go back into stock. Money that was paid is given back by a refund, which is a step of its own."""
    order = _step(order, OrderState.CANCELLED, actor=actor, by=by, note=note)
    put_back(reference=order.number, by=by)
    announce(order)
    return order


@transaction.atomic
def expire_order(*, order: Order, actor: str, note: str = "") -> Order:
    """It was not paid in time: the goods go back into stock."""
    order = _step(order, OrderState.EXPIRED, actor=actor, by=None, note=note)
    put_back(reference=order.number)
    announce(order)
    return order


@transaction.atomic
def mark_refunded(*, order: Order, actor: str, by: AbstractBaseUser | None = None, note: str = "") -> Order:
    order = _step(order, OrderState.REFUNDED, actor=actor, by=by, note=note)
    announce(order)
    return order


@transaction.atomic
def add_note(*, order: Order, actor: str, note: str, by: AbstractBaseUser | None = None) -> OrderEvent:
    """Something that staff should know happened, and the state is what it was."""
    return _record(order, from_state=order.state, actor=actor, by=by, note=note)


def locked_order(order_id: int) -> Order:
    """The order's row, locked until the transaction ends."""
    return Order.objects.select_for_update(no_key=True).get(pk=order_id)


def announce(order: Order) -> None:
    """Tell the open pages. Last in a transaction: it locks the streams' rows until the commit."""
    publish.append(live_key(order.key), "order.state", {"number": order.number, "state": order.state}, author="shop")
    if order.user_id is not None:
        publish.append(f"user:{order.user_id}", "order.state", _words_for(order), author="shop")


def _words_for(order: Order) -> dict[str, Any]:
    with translation.override(order.language):
        state = str(OrderState(order.state).label)
        text = _("Order %(number)s: %(state)s.") % {"number": order.number, "state": state}
    return {"number": order.number, "state": order.state, "text": text, "url": order_path(order)}


def _step(order: Order, to: OrderState, *, actor: str, by: AbstractBaseUser | None, note: str) -> Order:
    order = locked_order(order.pk)
    before = OrderState(order.state)
    check_transition(before, to)
    order.state = to
    order.save(update_fields=["state"])
    _record(order, from_state=before, actor=actor, by=by, note=note)
    return order


def _record(order: Order, *, from_state: str, actor: str, by: AbstractBaseUser | None, note: str = "") -> OrderEvent:
    return OrderEvent.objects.create(
        order=order,
        from_state=from_state,
        to_state=order.state,
        actor=actor,
        by_id=by.pk if by else None,
        note=note,
    )
