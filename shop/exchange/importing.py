"""An import: read everything, check everything, then change the shop in one transaction.

A product that the file does not list stays as it is; so does what the file has no column for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import transaction

from shop.catalogue.models import Product
from shop.exchange.comparing import Change, Outcome, ProductPlan, compare
from shop.exchange.gathering import gather
from shop.exchange.problems import Findings, RefusedFile
from shop.exchange.reading import Sheet, read_sheet
from shop.exchange.records import ProductRecord
from shop.exchange.shelf import Shelved, take_down
from shop.exchange.writing import write
from shop.stock.ledger import Count, set_counts
from shop.stock.models import StockMovement

CHUNK = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one product. ``left_over``: how many variants the shop has and the file does not list."""

    handle: str
    outcome: Outcome
    changes: list[Change]
    variants: int
    pictures: int
    new_pictures: list[str]
    left_over: int
    reordered: bool


@dataclass(slots=True)
class Report:
    """What an import did, or with ``dry_run`` would do. ``entries``: one a product, those that were skipped aside."""

    dry_run: bool
    findings: Findings
    unknown_columns: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def handles(self, outcome: Outcome) -> list[str]:
        return [entry.handle for entry in self.entries if entry.outcome is outcome]


def import_file(
    *,
    path: Path,
    encoding: str = "",
    dry_run: bool = False,
    skip_errors: bool = False,
    remove_missing: bool = False,
    on_progress: Callable[[int, int], object] = lambda done, total: None,
) -> Report:
    """Import a product CSV. Raises UnreadableFile, and RefusedFile where a product is wrong and errors are not skipped.

    Pictures are only noted as wanted: shop.exchange.pictures fetches them afterwards.
    """
    sheet = read_sheet(path, encoding=encoding)
    return import_sheet(
        sheet=sheet,
        dry_run=dry_run,
        skip_errors=skip_errors,
        remove_missing=remove_missing,
        on_progress=on_progress,
    )


def import_sheet(
    *,
    sheet: Sheet,
    dry_run: bool = False,
    skip_errors: bool = False,
    remove_missing: bool = False,
    on_progress: Callable[[int, int], object] = lambda done, total: None,
) -> Report:
    """As ``import_file``, from a sheet that has been read."""
    report = Report(dry_run, Findings(), sheet.unknown)
    findings = report.findings
    records = gather(sheet, findings)
    counts: list[Count] = []
    with nullcontext() if dry_run else transaction.atomic():
        for chunk in _chunks(records, CHUNK):
            plans = _plan(chunk, findings, remove_missing=remove_missing)
            good = [plan for plan in plans if plan.record.handle not in findings.bad_handles]
            report.entries += [_entry(plan) for plan in good]
            # With an error the transaction ends in RefusedFile: the rest is only checked, so that all errors are named.
            if not dry_run and (skip_errors or not findings.errors):
                counts += write(good)
            on_progress(len(chunk), len(records))
        if findings.errors and not skip_errors and not dry_run:
            raise RefusedFile(findings)
        # All at once and last: stock rows are locked in key order, and no buyer waits for the rest of the file.
        set_counts(counts=counts, reason=StockMovement.Reason.IMPORT)
    report.skipped = sorted(findings.bad_handles, key=lambda handle: findings.bad_handles[handle])
    return report


def _entry(plan: ProductPlan) -> Entry:
    return Entry(
        handle=plan.record.handle,
        outcome=plan.outcome,
        changes=plan.all_changes() if plan.outcome is Outcome.CHANGED else [],
        variants=len(plan.variants),
        pictures=len(plan.pictures),
        new_pictures=[picture.record.url for picture in plan.pictures if picture.row is None],
        left_over=len(plan.left_over) if plan.variants else 0,
        reordered=plan.reordered,
    )


def _plan(records: Sequence[ProductRecord], findings: Findings, *, remove_missing: bool) -> list[ProductPlan]:
    shelved = _shelved([record.handle for record in records])
    return [compare(record, shelved.get(record.handle), findings, remove_missing=remove_missing) for record in records]


def _shelved(handles: Sequence[str]) -> dict[str, Shelved]:
    return {shelved.product.handle: shelved for shelved in take_down(Product.objects.filter(handle__in=handles))}


def _chunks(records: Sequence[ProductRecord], size: int) -> Iterator[list[ProductRecord]]:
    iterator = iter(records)
    while chunk := list(islice(iterator, size)):
        yield chunk
