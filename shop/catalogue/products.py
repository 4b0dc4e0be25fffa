"""Queries over products and categories that read as English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from shop.catalogue.models import Category, Product


class ProductQuerySet(models.QuerySet["Product"]):
    def listed(self) -> ProductQuerySet:
        """What a shopper may see."""
        return self.filter(status="active", published=True)

    def in_category(self, category: Category) -> ProductQuerySet:
        """The products of a category and of everything below it."""
        below = models.Q(categories=category) | models.Q(categories__path__startswith=category.path + "/")
        return self.filter(below).distinct()

    def related_to(self, product: Product, category: Category | None) -> ProductQuerySet:
        """Others like it: of the same category, else of any."""
        others = self.exclude(pk=product.pk)
        return others.filter(categories=category) if category else others

    def for_cards(self) -> ProductQuerySet:
        """With what a card in a list shows, in a fixed number of queries."""
        return self.prefetch_related("pictures")

    def for_page(self) -> ProductQuerySet:
        """With what a product's own page shows, its variants aside, in a fixed number of queries."""
        return self.prefetch_related("pictures", "options", "categories")


class CategoryQuerySet(models.QuerySet["Category"]):
    def top(self) -> CategoryQuerySet:
        return self.filter(parent=None)

    def above(self, category: Category) -> CategoryQuerySet:
        """The way from the root down to the category's parent."""
        parts = category.path.split("/")
        paths = ["/".join(parts[:depth]) for depth in range(1, len(parts))]
        return self.filter(path__in=paths).order_by(models.functions.Length("path"))
