"""Stock: one row a variant that cannot go below zero, and the ledger of every movement that led there."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shop.catalogue.models import Variant


class StockItem(models.Model):
    """What is there of a variant. ``tracked`` off: always for sale. ``backorder``: sold below zero, knowingly."""

    variant = models.OneToOneField(Variant, models.CASCADE, primary_key=True, related_name="stock")
    tracked = models.BooleanField(default=True)
    backorder = models.BooleanField(default=False)
    on_hand = models.IntegerField(default=0)
    # Held by checkouts under way; the timed reservation fills it.
    reserved = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(tracked=False) | Q(backorder=True) | Q(on_hand__gte=F("reserved")),
                name="stock_not_below_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.on_hand}"

    @property
    def limited(self) -> bool:
        return self.tracked and not self.backorder

    @property
    def available(self) -> int | None:
        """Units that can be bought now; None where there is no limit."""
        return max(self.on_hand - self.reserved, 0) if self.limited else None


class StockMovement(models.Model):
    """One line of the ledger. The sum of a variant's deltas is its ``on_hand``."""

    class Reason(models.TextChoices):
        COUNT = "count", _("counted")
        IMPORT = "import", _("imported")
        SALE = "sale", _("sold")
        CANCEL = "cancel", _("order cancelled")
        RETURN = "return", _("returned")
        ADJUST = "adjust", _("adjusted")

    item = models.ForeignKey(StockItem, models.CASCADE, related_name="movements")
    delta = models.IntegerField()
    reason = models.CharField(max_length=10, choices=Reason)
    # The order's number and the like: a text, because stock knows no floor above it.
    reference = models.CharField(max_length=64, blank=True, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(delta=0), name="movement_moves")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.delta:+d} ({self.reason})"
