"""The states of an order and the steps between them. An illegal step raises."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderState(models.TextChoices):
    PLACED = "placed", _("waiting for payment")
    PAID = "paid", _("paid")
    SHIPPED = "shipped", _("shipped")
    DELIVERED = "delivered", _("delivered")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired: it was not paid in time")
    REFUNDED = "refunded", _("refunded")


TRANSITIONS: dict[OrderState, frozenset[OrderState]] = {
    OrderState.PLACED: frozenset({OrderState.PAID, OrderState.CANCELLED, OrderState.EXPIRED}),
    OrderState.PAID: frozenset({OrderState.SHIPPED, OrderState.CANCELLED, OrderState.REFUNDED}),
    OrderState.SHIPPED: frozenset({OrderState.DELIVERED, OrderState.REFUNDED}),
    OrderState.DELIVERED: frozenset({OrderState.REFUNDED}),
    OrderState.CANCELLED: frozenset({OrderState.REFUNDED}),
    OrderState.EXPIRED: frozenset(),
    OrderState.REFUNDED: frozenset(),
}


class IllegalTransition(Exception):
    """An order was asked to take a step that its state does not allow."""

    def __init__(self, current: OrderState, wanted: OrderState) -> None:
        super().__init__(f"An order that is {current.value} cannot become {wanted.value}.")
        self.current = current
        self.wanted = wanted


def check_transition(current: OrderState, wanted: OrderState) -> None:
    if wanted not in TRANSITIONS[current]:
        raise IllegalTransition(current, wanted)
