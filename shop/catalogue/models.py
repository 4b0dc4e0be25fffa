"""What the shop sells: categories, products, their variants and pictures."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shop.catalogue import tree
from shop.catalogue.products import CategoryQuerySet, ProductQuerySet
from shop.catalogue.translation import Translated


class Category(Translated):
    """A node of the category tree. ``path`` is its slugs from the root ("prints/waves"), so a subtree is one prefix."""

    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    slug = models.SlugField(max_length=100)
    path = models.CharField(max_length=500, unique=True, editable=False)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalogue:category", args=[self.path])

    def clean(self) -> None:
        tree.check_place(self)

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps ``path`` right, here and below. Raises tree.CategoryCycle."""
        before = Category.objects.filter(pk=self.pk).values_list("path", flat=True).first() if self.pk else None
        self.path = tree.path_of(self)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "path"}
        super().save(*args, **kwargs)
        if before is not None and before != self.path:
            tree.move_below(self, old_path=before)


class Product(Translated):
    """One thing that is sold, in one or more variants. ``handle`` is its name in addresses and in exchanged files."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        DRAFT = "draft", _("draft")
        ARCHIVED = "archived", _("archived")

    handle = models.SlugField(max_length=255, unique=True)
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True, help_text=_("HTML, sanitised when it is saved."))
    vendor = models.CharField(max_length=255, blank=True)
    kind = models.CharField(max_length=255, blank=True, help_text=_("The product type, in the shop's own words."))
    categories = models.ManyToManyField(Category, blank=True, related_name="products")
    tags = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    published = models.BooleanField(default=True)
    tax_rate_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    seo_title = models.CharField(max_length=255, blank=True)
    seo_description = models.TextField(blank=True)
    # What list pages need of the variants, kept in step by shop.catalogue.listing.
    price_from = models.DecimalField(max_digits=12, decimal_places=2, null=True, editable=False, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["status", "published", "-created_at"], name="product_listed")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalogue:product", args=[self.handle])


class ProductOption(Translated):
    """A choice that a product offers ("Size"). At most three, as in the exchanged format.

    ``translations``: ``{"es": {"name": "Papel", "values": {"Cotton rag": "Algodón"}}}``.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=255)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["product", "position"], name="option_position_in_product"),
            models.CheckConstraint(condition=Q(position__gte=1, position__lte=3), name="option_position_1_to_3"),
        ]

    def __str__(self) -> str:
        return self.name

    def value_text(self, value: str) -> str:
        """One of its values in the active language."""
        words: dict[str, Any] = self.translations.get((get_language() or "").split("-")[0], {})
        return str(words.get("values", {}).get(value) or value)


class Variant(models.Model):
    """What is put into the basket: one combination of a product's option values, with its price."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="variants")
    position = models.PositiveIntegerField(default=1)
    sku = models.CharField(max_length=255, blank=True, db_index=True)
    option1 = models.CharField(max_length=255, blank=True)
    option2 = models.CharField(max_length=255, blank=True)
    option3 = models.CharField(max_length=255, blank=True)
    price = models.DecimalField(max_digits=12, decimal_places=2, help_text=_("Includes tax."))
    compare_at_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    weight_grams = models.PositiveIntegerField(default=0)
    requires_shipping = models.BooleanField(default=True)
    taxable = models.BooleanField(default=True)
    barcode = models.CharField(max_length=255, blank=True)
    picture = models.ForeignKey("Picture", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "option1", "option2", "option3"], name="variant_options_in_product"
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="variant_price_not_negative"),
            models.CheckConstraint(
                condition=Q(compare_at_price__isnull=True) | Q(compare_at_price__gte=0),
                name="variant_compare_at_price_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product.name} ({self.option_text})" if self.option_text else self.product.name

    @property
    def option_columns(self) -> dict[str, str]:
        return {"option1": self.option1, "option2": self.option2, "option3": self.option3}

    @property
    def option_values(self) -> list[str]:
        return [value for value in (self.option1, self.option2, self.option3) if value]

    @property
    def option_text(self) -> str:
        return " / ".join(self.option_values)


class Picture(models.Model):
    """A picture of a product. The original is kept; what pages show are its renditions (shop.catalogue.renditions),
    whose addresses follow from ``digest`` and ``width`` without a query."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures")
    position = models.PositiveIntegerField(default=1)
    original = models.FileField(upload_to="originals/", max_length=255)
    digest = models.CharField(max_length=64, db_index=True, help_text=_("SHA-256 of the original, in hexadecimal."))
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # A colour that stands in while the picture loads, as "#a1b2c3".
    colour = models.CharField(max_length=7, default="#dddddd")
    alt = models.CharField(max_length=512, blank=True)
    alt_translations = models.JSONField(default=dict, blank=True)
    source_url = models.URLField(max_length=2000, blank=True, help_text=_("Where an import fetched it."))

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(width__gt=0) & Q(height__gt=0), name="picture_has_a_size"),
        ]

    def __str__(self) -> str:
        return self.alt or self.digest[:12]
