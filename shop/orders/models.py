"""Orders as they were on their day: names, prices and taxes are copied, never looked up again."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.expressions import Combinable

from shop.catalogue.models import Picture, Variant
from shop.orders.states import OrderState


def equal_to_the_cent(column: str, amount: Combinable) -> Q:
    """``column`` is ``amount``. SQLite computes with binary floats, so equality is too much to ask of it."""
    margin = Decimal("0.0001")
    return Q(**{f"{column}__gt": amount - margin, f"{column}__lt": amount + margin})


class OrderQuerySet(models.QuerySet["Order"]):
    def with_history(self) -> OrderQuerySet:
        """With all that the order's page shows, in a fixed number of queries."""
        return self.prefetch_related(
            "lines__variant__product__pictures", "lines__variant__picture", "events", "payments"
        )

    def with_pieces(self) -> OrderQuerySet:
        """``pieces``: how many things were bought."""
        return self.annotate(pieces=Sum("lines__quantity")).order_by("-placed_at", "-pk")


class Order(models.Model):
    """``number`` is what people say, ``key`` what links carry; ``checkout_key`` makes a repeated submit land here."""

    number = models.CharField(max_length=20, unique=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    checkout_key = models.UUIDField(unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="orders")
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=12, choices=OrderState, default=OrderState.PLACED)
    currency = models.CharField(max_length=3)

    # The address it goes to.
    name = models.CharField(max_length=200)
    company = models.CharField(max_length=200, blank=True)
    street = models.CharField(max_length=200)
    street2 = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20)
    city = models.CharField(max_length=100)
    region = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2)

    shipping_method = models.CharField(max_length=50)
    shipping_name = models.CharField(max_length=200)
    # All amounts include tax. total = goods - discount + shipping; tax is what the total contains.
    goods_total = models.DecimalField(max_digits=12, decimal_places=2)
    discount_total = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    shipping_total = models.DecimalField(max_digits=12, decimal_places=2)
    shipping_tax_rate_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    tax_total = models.DecimalField(max_digits=12, decimal_places=2)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    placed_at = models.DateTimeField(auto_now_add=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-placed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=equal_to_the_cent("total", F("goods_total") - F("discount_total") + F("shipping_total")),
                name="order_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def can_be_paid(self) -> bool:
        return self.state == OrderState.PLACED


class OrderLine(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, models.SET_NULL, null=True, blank=True, related_name="+")
    sku = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=255)
    option_text = models.CharField(max_length=800, blank=True)
    unit_price = models.DecimalField(max_digits=12, decimal_places=2)
    quantity = models.PositiveIntegerField()
    tax_rate_percent = models.DecimalField(max_digits=5, decimal_places=2)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    tax = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=equal_to_the_cent("total", F("unit_price") * F("quantity")), name="order_line_adds_up"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_has_a_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.name}"

    @property
    def picture(self) -> Picture | None:
        """Of the goods as they look today, where they are still there."""
        if self.variant is None:
            return None
        return self.variant.picture or next(iter(self.variant.product.pictures.all()), None)


class OrderEvent(models.Model):
    """A step of an order: who, when, from which state to which."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="events")
    from_state = models.CharField(max_length=12, choices=OrderState, blank=True)
    to_state = models.CharField(max_length=12, choices=OrderState)
    # A user, or in words what did it: "customer", "gateway:sandbox", "worker".
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    actor = models.CharField(max_length=100)
    note = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.from_state} -> {self.to_state}"
