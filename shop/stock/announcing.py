"""Open product pages hear of the stock: what they show is announced, in the transaction that changed it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from chat.live import publish
from shop.catalogue.models import Variant
from shop.catalogue.remaining import live_key, told
from shop.stock.models import StockItem


@contextmanager
def announced(items: Collection[StockItem]) -> Iterator[None]:
    """The block changes these rows, which the caller has locked, and the objects with them. At its end the products'
    streams are told what their pages now show of each, if it is not what they showed before.

    The streams are locked after the stock rows and until the commit. What has no limit is never announced.
    """
    before = {item.pk: _shown(item) for item in items}
    yield
    changed = [item for item in items if item.limited and _shown(item) != before[item.pk]]
    if changed:
        _announce(changed)


def _shown(item: StockItem) -> tuple[bool, int | None]:
    """What a page tells of it: whether it has a limit, and what is left."""
    return item.limited, _left(item)


def _left(item: StockItem) -> int | None:
    return None if item.available is None else told(item.available)


def _announce(items: Collection[StockItem]) -> None:
    variants = Variant.objects.filter(pk__in=[item.pk for item in items]).order_by()
    products = dict(variants.values_list("pk", "product_id"))
    publish.append_all(
        publish.Told(live_key(products[item.pk]), "stock", {"variant": item.pk, "left": _left(item)}, "shop")
        for item in sorted(items, key=lambda item: item.pk)
    )
