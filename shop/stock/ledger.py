"""The ledger: the only module that changes what is there. A variant's ``on_hand`` is the sum of its movements, always.

Rows are locked in key order, so that two buyers with the same goods wait for one another instead of dead-locking.
SQLite knows no row locks; there the transaction itself (IMMEDIATE) lets one writer in at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from shop.catalogue.models import Variant
from shop.stock.announcing import announced
from shop.stock.models import StockItem, StockMovement


@dataclass(frozen=True)
class Shortage:
    """A variant of which more was wanted than is there."""

    variant_id: int
    wanted: int
    left: int


class OutOfStock(Exception):
    """At least one variant is short; nothing was taken."""

    def __init__(self, shortages: Iterable[Shortage]) -> None:
        self.shortages = tuple(shortages)
        words = ", ".join(f"variant {s.variant_id}: wanted {s.wanted}, left {s.left}" for s in self.shortages)
        super().__init__(f"Out of stock: {words}")


class CountBelowReserved(ValueError):
    """A count was given that is below what is already promised (or below zero) and may not be."""

    def __init__(self, *, on_hand: int, reserved: int) -> None:
        super().__init__(_("The count is %(count)d, but it cannot be below %(least)d.") % _counts(on_hand, reserved))


def _counts(on_hand: int, reserved: int) -> dict[str, int]:
    return {"count": on_hand, "least": reserved}


@transaction.atomic
def set_count(
    *,
    variant: Variant,
    on_hand: int,
    tracked: bool = True,
    backorder: bool = False,
    reason: StockMovement.Reason,
    by: AbstractBaseUser | None = None,
    reference: str = "",
) -> StockItem:
    """Somebody counted: there are ``on_hand``. Writes a movement only where the count differs from the ledger."""
    count = Count(variant.pk, on_hand, tracked, backorder)
    set_counts(counts=[count], reason=reason, by=by, reference=reference)
    return StockItem.objects.get(pk=variant.pk)


@dataclass(frozen=True)
class Count:
    """What somebody counted of a variant, as ``set_count`` takes it."""

    variant_id: int
    on_hand: int
    tracked: bool = True
    backorder: bool = False


@transaction.atomic
def set_counts(
    *, counts: Iterable[Count], reason: StockMovement.Reason, by: AbstractBaseUser | None = None, reference: str = ""
) -> None:
    """``set_count`` for many variants in a fixed number of queries; one that cannot be set refuses them all."""
    wanted = {count.variant_id: count for count in counts}
    if not wanted:
        return
    StockItem.objects.bulk_create([StockItem(variant_id=pk) for pk in sorted(wanted)], ignore_conflicts=True)
    items = _lock(wanted)
    changed, movements = [], []
    with announced(items.values()):
        for pk, item in items.items():
            count = wanted[pk]
            if count.tracked and not count.backorder and count.on_hand < item.reserved:
                raise CountBelowReserved(on_hand=count.on_hand, reserved=item.reserved)
            if delta := count.on_hand - item.on_hand:
                movement = StockMovement(item=item, delta=delta, reason=reason, reference=reference, by_id=_key(by))
                movements.append(movement)
            if delta or (count.tracked, count.backorder) != (item.tracked, item.backorder):
                item.on_hand, item.tracked, item.backorder = count.on_hand, count.tracked, count.backorder
                changed.append(item)
        StockItem.objects.bulk_update(changed, ["on_hand", "tracked", "backorder"], batch_size=200)
        StockMovement.objects.bulk_create(movements, batch_size=500)


@transaction.atomic
def take(*, quantities: Mapping[int, int], reference: str) -> None:
    """Take these many of each variant (by its key) out of stock for an order, all or nothing.

    Raises OutOfStock naming every variant that is short. A variant without tracking is always there and leaves no
    movement; one on back-order goes below zero, knowingly; one that was never counted is not there.
    """
    items = _lock(quantities)
    shortages = [
        Shortage(pk, wanted, _available(items.get(pk)))
        for pk, wanted in sorted(quantities.items())
        if not _enough(items.get(pk), wanted)
    ]
    if shortages:
        raise OutOfStock(shortages)
    _move(
        items,
        {pk: -quantities[pk] for pk, item in items.items() if item.tracked},
        reason=StockMovement.Reason.SALE,
        reference=reference,
    )


@transaction.atomic
def put_back(
    *,
    reference: str,
    reason: StockMovement.Reason = StockMovement.Reason.CANCEL,
    by: AbstractBaseUser | None = None,
) -> dict[int, int]:
    """Undo what is still out under ``reference``: the ledger knows how many of what. Twice is the same as once.

    Gives the quantity put back by variant.
    """
    moved = StockMovement.objects.filter(reference=reference).order_by()
    items = _lock(moved.values_list("item_id", flat=True))
    still_out = moved.values_list("item_id").annotate(total=Sum("delta")).filter(total__lt=0)
    returned = {pk: -total for pk, total in still_out}
    _move(items, returned, reason=reason, reference=reference, by=by)
    return returned


def _lock(variant_ids: Iterable[int]) -> dict[int, StockItem]:
    """The stock rows by key, locked in key order until the transaction ends."""
    rows = StockItem.objects.select_for_update(no_key=True).filter(pk__in=set(variant_ids)).order_by("pk")
    return {item.pk: item for item in rows}


def _available(item: StockItem | None) -> int:
    return (item.available or 0) if item else 0


def _enough(item: StockItem | None, wanted: int) -> bool:
    return item is not None and (not item.limited or _available(item) >= wanted)


def _move(
    items: Mapping[int, StockItem],
    deltas: Mapping[int, int],
    *,
    reason: StockMovement.Reason,
    reference: str,
    by: AbstractBaseUser | None = None,
) -> None:
    """``items``: the rows, locked. They change with the table."""
    with announced([items[pk] for pk in deltas]):
        for pk, delta in sorted(deltas.items()):
            items[pk].on_hand += delta
            StockItem.objects.filter(pk=pk).update(on_hand=F("on_hand") + delta)
        StockMovement.objects.bulk_create(
            StockMovement(item_id=pk, delta=delta, reason=reason, reference=reference, by_id=_key(by))
            for pk, delta in sorted(deltas.items())
        )


def _key(by: AbstractBaseUser | None) -> int | None:
    return by.pk if by else None
