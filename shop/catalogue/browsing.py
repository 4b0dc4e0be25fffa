"""Lists of products as an address describes them: sorted, page by page. Nonsense gives the nearest page."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import F, OrderBy
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shop.catalogue.models import Product
from shop.catalogue.products import ProductQuerySet

PAGE_SIZE = 24
NEWEST = "newest"
# The key ends every order, so that no product stands on two pages.
SORTS: dict[str, tuple[str | OrderBy, ...]] = {
    NEWEST: ("-created_at", "-pk"),
    "price": (F("price_from").asc(nulls_last=True), "pk"),
    "-price": (F("price_from").desc(nulls_last=True), "-pk"),
}
SORT_NAMES = {NEWEST: _("Newest first"), "price": _("Price, low to high"), "-price": _("Price, high to low")}


@dataclass(frozen=True)
class Listing:
    """One page of products, and how they are sorted."""

    page: Page[Product]
    sort: str

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """What the sort control offers: value, name, chosen."""
        return [(value, str(name), value == self.sort) for value, name in SORT_NAMES.items()]


def browse(products: ProductQuerySet, parameters: QueryDict) -> Listing:
    sort = parameters.get("sort", NEWEST)
    if sort not in SORTS:
        sort = NEWEST
    paginator = Paginator(products.for_cards().order_by(*SORTS[sort]), PAGE_SIZE)
    wanted = parameters.get("page", "")
    return Listing(paginator.get_page(1 if wanted == "0" or wanted.startswith("-") else wanted), sort)
