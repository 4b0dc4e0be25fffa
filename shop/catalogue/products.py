"""Queries over products that read as English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from shop.catalogue.models import Category, Product  # noqa: F401


class ProductQuerySet(models.QuerySet["Product"]):
    def listed(self) -> ProductQuerySet:
        """What a shopper may see."""
        return self.filter(status="active", published=True)

    def in_category(self, category: Category) -> ProductQuerySet:
        """The products of a category and of everything below it."""
        below = models.Q(categories=category) | models.Q(categories__path__startswith=category.path + "/")
        return self.filter(below).distinct()

    def for_cards(self) -> ProductQuerySet:
        """With what a card in a list shows, in a fixed number of queries."""
        return self.prefetch_related("pictures")
