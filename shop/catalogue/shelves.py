"""The categories as the shop's window shows them: each with a picture of something that is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from shop.catalogue.models import Category, Picture


@dataclass(frozen=True)
class Shelf:
    category: Category
    picture: Picture | None


def shelves() -> list[Shelf]:
    """The categories below the first at the top; all at the top where nothing is below it. At most four queries."""
    first = Category.objects.top().first()
    shown = Category.objects.filter(parent=first) if first and first.children.exists() else Category.objects.top()
    picture_keys = dict(shown.values_list("pk", Subquery(_first_picture())))
    pictures = Picture.objects.in_bulk([key for key in picture_keys.values() if key])
    return [Shelf(category, pictures.get(picture_keys[category.pk])) for category in shown]


def _first_picture() -> QuerySet[Picture, Any]:
    inside = Q(product__categories=OuterRef("pk")) | Q(
        product__categories__path__startswith=Concat(OuterRef("path"), Value("/"))
    )
    listed = Picture.objects.filter(inside, position=1, product__status="active", product__published=True)
    return listed.order_by("-product__created_at", "-pk").values("pk")[:1]
