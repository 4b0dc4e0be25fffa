"""The category tree: every node's ``path`` follows from its slug and its parents', whatever is renamed or moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from shop.catalogue.models import Category


class CategoryCycle(ValueError):
    """A category was to be moved below itself."""


def path_of(category: Category) -> str:
    """The path that the category's slug and parent give. Raises CategoryCycle."""
    parent = category.parent
    if parent is None:
        return category.slug
    above: Category | None = parent
    while above is not None:
        if category.pk is not None and above.pk == category.pk:
            raise CategoryCycle(_("A category cannot be moved below itself."))
        above = above.parent
    return f"{parent.path}/{category.slug}"


def move_below(category: Category, *, old_path: str) -> None:
    """After ``category`` moved: give everything below it its new path, in one statement."""
    below = type(category).objects.filter(path__startswith=old_path + "/")
    below.update(
        path=Concat(models.Value(category.path), Substr("path", len(old_path) + 1), output_field=models.CharField())
    )


def check_place(category: Category) -> None:
    """For forms: says beside the field why the category cannot stand where it is put. Raises ValidationError."""
    try:
        path = path_of(category)
    except CategoryCycle as error:
        raise ValidationError({"parent": str(error)}) from error
    if type(category).objects.filter(path=path).exclude(pk=category.pk).exists():
        raise ValidationError({"slug": _("There is a category of this name in the same place.")})
    longest = category._meta.get_field("path").max_length or 0
    if len(path) > longest:
        raise ValidationError({"parent": _("The category would be nested too deeply.")})
