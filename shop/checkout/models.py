"""How goods travel, and for how much."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.catalogue.translation import Translated
from shop.money import rounded


class ShippingMethodQuerySet(models.QuerySet["ShippingMethod"]):
    def offered(self) -> ShippingMethodQuerySet:
        return self.filter(active=True)


class ShippingMethod(Translated):
    """One way of sending. ``countries``: ISO codes; empty means everywhere."""

    code = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    description = models.CharField(max_length=300, blank=True)
    price = models.DecimalField(max_digits=12, decimal_places=2, help_text=_("Includes tax."))
    free_above = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("Costs nothing from this much of goods on.")
    )
    countries = models.JSONField(default=list, blank=True, help_text=_('For example ["ES", "PT"]; empty: everywhere.'))
    max_weight_grams = models.PositiveIntegerField(null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    objects = ShippingMethodQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(condition=Q(price__gte=0), name="shipping_price_not_negative")]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_description(self) -> str:
        return self.text("description")

    def serves(self, *, country: str, weight_grams: int) -> bool:
        """Whether it goes there with that weight. An empty ``country`` is one that is not known yet."""
        too_heavy = self.max_weight_grams is not None and weight_grams > self.max_weight_grams
        return not too_heavy and (not self.countries or not country or country in self.countries)

    def cost(self, *, goods_total: Decimal, needs_shipping: bool = True) -> Decimal:
        free = self.free_above is not None and goods_total >= self.free_above
        return Decimal(0) if free or not needs_shipping else rounded(self.price)
