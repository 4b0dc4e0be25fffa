"""What exchanged files say and the catalogue has no field for, kept so that a round trip loses nothing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.catalogue.models import Picture, Product, Variant


class CarriedProduct(models.Model):
    """The cells of carried columns (shop.exchange.columns) by header, never empty."""

    product = models.OneToOneField(Product, models.CASCADE, primary_key=True, related_name="carried")
    cells = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.product_id}"


class CarriedVariant(models.Model):
    """As CarriedProduct; ``picture_url`` is the variant's picture while it has not been fetched."""

    variant = models.OneToOneField(Variant, models.CASCADE, primary_key=True, related_name="carried")
    cells = models.JSONField(default=dict)
    picture_url = models.CharField(max_length=2000, blank=True)

    def __str__(self) -> str:
        return f"{self.variant_id}"


class WantedPicture(models.Model):
    """A picture that a file names and the product does not have: a later import tries again, an export names it again.

    ``duplicate_of``: it was fetched, and its content is that of a picture which the product has under another address.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="wanted_pictures")
    source_url = models.CharField(max_length=2000)
    position = models.PositiveIntegerField()
    alt = models.CharField(max_length=512, blank=True)
    alt_translations = models.JSONField(default=dict, blank=True)
    problem = models.TextField(blank=True, help_text=_("Why it could not be had."))
    duplicate_of = models.ForeignKey(Picture, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["product", "source_url"], name="picture_wanted_once")]

    def __str__(self) -> str:
        return self.source_url
