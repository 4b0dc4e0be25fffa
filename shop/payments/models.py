"""Payments of orders through a gateway, and every word that the gateway sent."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.orders.models import Order


class PaymentState(models.TextChoices):
    STARTED = "started", _("started")
    PENDING = "pending", _("waiting for a second step")
    PAID = "paid", _("paid")
    DECLINED = "declined", _("declined")
    REFUNDED = "refunded", _("refunded")


class Payment(models.Model):
    """One attempt to pay an order. ``reference`` is what the gateway knows it by."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="payments")
    gateway = models.CharField(max_length=50)
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    refunded_amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    state = models.CharField(max_length=10, choices=PaymentState, default=PaymentState.STARTED)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="payment_amount_not_negative"),
            models.UniqueConstraint(fields=["order"], condition=Q(state="paid"), name="an_order_is_paid_once"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway}:{self.reference}"


class GatewayEvent(models.Model):
    """A call-back as it came. ``event_id`` is the gateway's own, so that the same one twice counts once."""

    class Outcome(models.TextChoices):
        APPLIED = "applied", _("applied")
        NOTHING_NEW = "nothing_new", _("said nothing new")
        OUT_OF_ORDER = "out_of_order", _("came too late to matter")
        WRONG_AMOUNT = "wrong_amount", _("named another amount: look into it")
        REFUND_DUE = "refund_due", _("paid what was not to be paid: give it back")

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="gateway_events")
    event_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=50)
    body = models.JSONField(default=dict)
    outcome = models.CharField(max_length=15, choices=Outcome)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["payment", "event_id"], name="gateway_event_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
