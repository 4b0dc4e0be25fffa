"""The basket: of a browser's session until its person logs in, then of the person."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from shop.catalogue.models import Variant


class Basket(models.Model):
    """An open basket, or one that became an order (``closed_at``) and stays as its record."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="baskets")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(closed_at__isnull=True), name="one_open_basket_a_user")
        ]

    def __str__(self) -> str:
        return str(self.key)


class BasketLineQuerySet(models.QuerySet["BasketLine"]):
    def to_buy(self) -> BasketLineQuerySet:
        return self.filter(saved_for_later=False)

    def pieces(self) -> int:
        """How many there are of everything together."""
        return int(self.to_buy().aggregate(pieces=Coalesce(Sum("quantity"), 0))["pieces"])

    def with_goods(self) -> BasketLineQuerySet:
        """With all that a page or an order says of them, in a fixed number of queries."""
        return self.select_related("variant__product", "variant__picture", "variant__stock").prefetch_related(
            "variant__product__options", "variant__product__pictures"
        )


class BasketLine(models.Model):
    basket = models.ForeignKey(Basket, models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    # The price when it was put in or last confirmed: a line whose price changed says so.
    price_seen = models.DecimalField(max_digits=12, decimal_places=2)
    saved_for_later = models.BooleanField(default=False)
    added_at = models.DateTimeField(auto_now_add=True)

    objects = BasketLineQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["basket", "variant"], name="one_line_a_variant"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="line_has_a_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}"
