import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from shop.catalogue.models import Category
from shop.catalogue.tree import CategoryCycle

pytestmark = pytest.mark.django_db


def category(slug: str, parent: Category | None = None) -> Category:
    return Category.objects.create(slug=slug, name=slug, parent=parent)


def path(node: Category) -> str:
    node.refresh_from_db()
    return node.path


def test_a_path_follows_from_the_slugs_above() -> None:
    assert category("waves", category("prints")).path == "prints/waves"


def test_what_is_below_follows_when_a_category_is_renamed_or_moved() -> None:
    prints, art, lookalike = category("prints"), category("art"), category("prints-framed")
    waves = category("waves", prints)
    small = category("small", waves)
    prints.slug = "paper"
    prints.save()
    assert (path(waves), path(small), path(lookalike)) == ("paper/waves", "paper/waves/small", "prints-framed")
    waves.parent = art
    waves.save(update_fields=["parent"])
    assert (path(waves), path(small)) == ("art/waves", "art/waves/small")
    waves.parent = None
    waves.save()
    assert path(small) == "waves/small"


def test_a_category_cannot_be_moved_below_itself() -> None:
    top = category("top")
    below = category("below", category("middle", top))
    for parent in (top, below):
        top.parent = parent
        with pytest.raises(CategoryCycle):
            top.save()
        with pytest.raises(ValidationError, match="below itself"):
            top.full_clean()
    assert path(below) == "top/middle/below"


def test_two_categories_cannot_share_a_place() -> None:
    category("waves")
    with pytest.raises(ValidationError, match="in the same place"):
        Category(slug="waves", name="Again").full_clean()
    with pytest.raises(IntegrityError):
        category("waves")
