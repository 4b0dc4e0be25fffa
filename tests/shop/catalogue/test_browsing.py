from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import timezone

from shop.catalogue.browsing import PAGE_SIZE, Listing, browse
from shop.catalogue.models import Category, Product
from shop.catalogue.shelves import shelves

pytestmark = pytest.mark.django_db


@pytest.fixture
def prints() -> list[Product]:
    """Sixty listed products, the last made first, dearer by the number; one of them without a price."""
    now = timezone.now()
    made = [Product(handle=f"print-{n:02}", name=f"Print {n}", price_from=Decimal(n) if n else None) for n in range(60)]
    Product.objects.bulk_create(made)
    for number, product in enumerate(made):
        Product.objects.filter(pk=product.pk).update(created_at=now + timedelta(seconds=number))
    return made


def listing(address: str = "") -> Listing:
    return browse(Product.objects.listed(), QueryDict(address))


def handles(address: str = "") -> list[str]:
    return [product.handle for product in listing(address).page]


def test_the_newest_come_first_a_page_at_a_time(prints: list[Product]) -> None:
    assert handles()[0] == "print-59"
    assert len(handles()) == PAGE_SIZE


def test_every_product_stands_on_exactly_one_page(prints: list[Product]) -> None:
    Product.objects.update(created_at=timezone.now(), price_from=Decimal(1))
    for sort in ("newest", "price", "-price"):
        pages = [handle for number in (1, 2, 3) for handle in handles(f"sort={sort}&page={number}")]
        assert len(pages) == len(set(pages)) == 60


def test_what_has_no_price_comes_last_in_either_order(prints: list[Product]) -> None:
    assert handles("sort=price")[0] == "print-01"
    assert handles("sort=-price")[0] == "print-59"
    assert handles("sort=price&page=3")[-1] == handles("sort=-price&page=3")[-1] == "print-00"


@pytest.mark.parametrize(
    ("address", "number"),
    [("page=0", 1), ("page=-1", 1), ("page=99", 3), ("page=abc", 1), ("page=%00", 1), ("page=", 1)],
)
def test_a_page_that_does_not_exist_shows_the_nearest(prints: list[Product], address: str, number: int) -> None:
    assert listing(address).page.number == number


def test_an_order_nobody_offers_is_the_usual_one(prints: list[Product]) -> None:
    assert listing("sort=price;drop").sort == "newest"


def test_drafts_and_unpublished_goods_are_not_listed(prints: list[Product]) -> None:
    Product.objects.filter(handle="print-59").update(status="draft")
    Product.objects.filter(handle="print-58").update(published=False)
    assert handles()[0] == "print-57"


def test_a_category_lists_what_is_below_it_once(prints: list[Product]) -> None:
    root = Category.objects.create(slug="prints", path="prints", name="Prints")
    below = Category.objects.create(slug="waves", path="prints/waves", name="Waves", parent=root)
    Category.objects.create(slug="prints-2", path="prints-2", name="Other")
    prints[0].categories.add(root, below)
    prints[1].categories.add(below)
    found = Product.objects.listed().in_category(root)
    assert sorted(product.handle for product in found) == ["print-00", "print-01"]


def test_the_window_shows_what_is_below_a_single_top_category() -> None:
    root = Category.objects.create(slug="prints", path="prints", name="Prints")
    Category.objects.create(slug="waves", path="prints/waves", name="Waves", parent=root)
    assert [shelf.category.name for shelf in shelves()] == ["Waves"]
    Category.objects.create(slug="frames", path="frames", name="Frames")
    assert {shelf.category.name for shelf in shelves()} == {"Prints", "Frames"}
