"""Fill the shop with prints that it draws itself."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from shop.catalogue.models import Product
from shop.catalogue.renditions import Prepared
from shop.catalogue.samples.drawing import leave_ctrl_c_to_the_parent, made
from shop.catalogue.samples.prints import Print, all_prints
from shop.exchange.samples import ensure_categories, hang_print

Made = tuple[Print, bytes, Prepared]


class Command(BaseCommand):
    help = "Draws the sample prints and puts them on sale. What is there already stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, help="how many, the best first; all if not said")
        parser.add_argument("--only", metavar="FAMILY", help="one family alone, such as orbits")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are products already")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="how many draw at once")

    def handle(self, *args: Any, **options: Any) -> None:
        # Says that a run was interrupted, so that --if-empty after it completes instead of leaving half a shop.
        unfinished = Path(settings.MEDIA_ROOT) / ".sample_goods_unfinished"
        if options["if_empty"] and Product.objects.exists() and not unfinished.exists():
            return
        wanted = _missing(options["only"], options["count"])
        if wanted:
            unfinished.parent.mkdir(parents=True, exist_ok=True)
            unfinished.touch()
            categories = ensure_categories()
            places_in_line = {sample.handle: place for place, sample in enumerate(all_prints())}
            # disable=None: a bar on a terminal, nothing in a log.
            for sample, content, prepared in tqdm(
                _drawn(wanted, options["processes"]), total=len(wanted), disable=None
            ):
                product = hang_print(sample=sample, content=content, prepared=prepared, categories=categories)
                # What is newest stands first in the shop: the best, whichever was drawn first.
                at = timezone.now() - timedelta(minutes=places_in_line[sample.handle])
                Product.objects.filter(pk=product.pk).update(created_at=at)
        unfinished.unlink(missing_ok=True)
        if wanted or not options["if_empty"]:
            self.stdout.write(f"{len(wanted)} sample prints added.")


def _missing(family: str | None, count: int | None) -> list[Print]:
    prints = [sample for sample in all_prints() if family in (None, sample.family.path.rpartition("/")[2])]
    if not prints:
        families = sorted({sample.family.path.rpartition("/")[2] for sample in all_prints()})
        raise CommandError(f"There is no family {family}; there are: {', '.join(families)}.")
    known = set(Product.objects.values_list("handle", flat=True))
    # The best come last: what is newest stands first in the shop.
    return [sample for sample in prints[:count] if sample.handle not in known][::-1]


def _drawn(wanted: list[Print], processes: int) -> Iterator[Made]:
    """The prints as they get ready, drawn in other processes where there is more than one processor."""
    limits = settings.PICTURE_MAX_PIXELS, settings.PICTURE_MAX_BYTES
    if processes < 2 or len(wanted) < 2:
        for sample in wanted:
            yield sample, *made(sample.recipe, *limits)
        return
    # A stop from outside unwinds like Ctrl-C does, so that no process stays behind.
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # Not forked: the children have no business with this process's database connection.
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=leave_ctrl_c_to_the_parent)
    try:
        futures = {pool.submit(made, sample.recipe, *limits): sample for sample in wanted}
        for future in as_completed(futures):
            yield futures[future], *future.result()
    finally:
        pool.shutdown(cancel_futures=True)
        signal.signal(signal.SIGTERM, before)
