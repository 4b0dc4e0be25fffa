"""Export the products as the CSV that import_products reads."""

from __future__ import annotations

import io
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from shop.exchange.exporting import export_products


class Command(BaseCommand):
    help = "Export the products as a product CSV, in the format of Shopify."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help='"-", or nothing, is the standard output')
        parser.add_argument("--only-published", action="store_true", help="only what visitors of the shop see")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] == "-":
            self._export_to_output(options)
            return
        path = Path(options["file"])
        # A half-written export must not look like a whole one.
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with open(draft, "w", encoding="utf-8", newline="") as to:
                count = self._export(to, options)
            draft.replace(path)
        except OSError as error:
            raise CommandError(_("Cannot write %(path)s: %(why)s.") % {"path": path, "why": error.strerror}) from error
        finally:
            draft.unlink(missing_ok=True)
        self.stdout.write(ngettext("%d product exported", "%d products exported", count) % count)

    def _export_to_output(self, options: dict[str, Any]) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        self.stdout.ending = ""
        self._export(self.stdout, options)

    def _export(self, to: Any, options: dict[str, Any]) -> int:
        with tqdm(unit=" " + _("products"), disable=True if options["verbosity"] == 0 else None, leave=False) as bar:
            return export_products(to=to, only_published=options["only_published"], on_progress=bar.update)
