"""Import products from the CSV that Shopify exports; docs/exchange.md is the shopkeeper's page about it."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from shop.exchange.comparing import Change, Outcome
from shop.exchange.fetching import Fetcher
from shop.exchange.importing import Entry, Report, import_file
from shop.exchange.pictures import PictureReport, count_wanted, fetch_wanted
from shop.exchange.problems import Findings, Problem, RefusedFile, UnreadableFile

MAX_LISTED = 100
MAX_SHOWN = 60


class Command(BaseCommand):
    help = "Import products from a product CSV as Shopify exports it. Running it twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help='"-" is the standard input')
        parser.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
        parser.add_argument("--skip-errors", action="store_true", help="leave products with errors out")
        parser.add_argument("--no-pictures", action="store_true", help="fetch no pictures; a later run fetches them")
        parser.add_argument("--remove-missing", action="store_true", help="remove variants that the file does not list")
        parser.add_argument("--encoding", default="", help='if it is not UTF-8 or UTF-16: "cp1252", "latin-1", …')

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run, skip_errors = options["dry_run"], options["skip_errors"]
        try:
            with _bar(_("products"), options) as bar:
                report = import_file(
                    path=options["file"],
                    encoding=options["encoding"],
                    dry_run=dry_run,
                    skip_errors=skip_errors,
                    remove_missing=options["remove_missing"],
                    on_progress=lambda done, total: _step(bar, done, total),
                )
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        except RefusedFile as error:
            self._tell_findings(error.findings)
            raise CommandError(_("Nothing was imported. Mend the file, or say --skip-errors.")) from error
        self._tell(report, in_detail=dry_run or options["verbosity"] > 1)
        if not dry_run and not options["no_pictures"]:
            self._tell_pictures(self._fetch_pictures(report, options))
        if dry_run and report.findings.errors and not skip_errors:
            raise CommandError(_("With these errors nothing would be imported."))

    def _fetch_pictures(self, report: Report, options: dict[str, Any]) -> PictureReport:
        handles = [entry.handle for entry in report.entries]
        with _bar(_("pictures"), options) as bar:
            bar.total = count_wanted(handles)
            fetcher = Fetcher(max_bytes=settings.PICTURE_MAX_BYTES)
            return fetch_wanted(handles=handles, fetcher=fetcher, on_progress=bar.update)

    def _tell(self, report: Report, *, in_detail: bool) -> None:
        for entry in report.entries if in_detail else []:
            if entry.outcome is not Outcome.UNCHANGED:
                self._tell_entry(entry)
        self._tell_findings(report.findings)
        if report.unknown_columns:
            self.stdout.write(_("Columns that are not imported: %s") % ", ".join(report.unknown_columns))
        left = [(entry.handle, entry.left_over) for entry in report.entries if entry.left_over]
        for handle, count in left[:MAX_LISTED]:
            self.stdout.write(
                ngettext(
                    "%(handle)s: %(count)d variant is not in the file",
                    "%(handle)s: %(count)d variants are not in the file",
                    count,
                )
                % {"handle": handle, "count": count}
            )
        for handle in report.skipped[:MAX_LISTED]:
            self.stdout.write(_("skipped: %s") % (handle or _("a row without a product")))
        counts = {outcome.value: len(report.handles(outcome)) for outcome in Outcome} | {"skipped": len(report.skipped)}
        words = _("%(created)d created, %(changed)d changed, %(unchanged)d unchanged, %(skipped)d skipped") % counts
        self.stdout.write((_("Would be: %s") if report.dry_run else "%s") % words)

    def _tell_entry(self, entry: Entry) -> None:
        if entry.outcome is Outcome.CREATED:
            counts = {"variants": entry.variants, "pictures": entry.pictures}
            words = _("%(variants)d variants, %(pictures)d pictures") % counts
            self.stdout.write(_("created: %(handle)s (%(words)s)") % {"handle": entry.handle, "words": words})
            return
        self.stdout.write(_("changed: %s") % entry.handle)
        for change in entry.changes:
            self.stdout.write("  " + _change_in_words(change))
        for url in entry.new_pictures:
            self.stdout.write("  " + _("new picture: %s") % url)
        if entry.reordered:
            self.stdout.write("  " + _("the variants in another order"))

    def _tell_findings(self, findings: Findings) -> None:
        self._list(findings.warnings, _("warning: %s"), self.stdout)
        self._list(findings.errors, "%s", self.stderr)
        if findings.errors:
            count = len(findings.errors)
            self.stderr.write(ngettext("%d error", "%d errors", count) % count)

    def _list(self, problems: Sequence[Problem], words: str, to: Any) -> None:
        for problem in problems[:MAX_LISTED]:
            to.write(words % problem)
        if len(problems) > MAX_LISTED:
            to.write(_("… and %d more") % (len(problems) - MAX_LISTED))

    def _tell_pictures(self, report: PictureReport) -> None:
        if report.added:
            self.stdout.write(ngettext("%d picture added", "%d pictures added", report.added) % report.added)
        for missing in report.missing[:MAX_LISTED]:
            place = {"handle": missing.handle, "url": missing.url, "reason": missing.reason}
            self.stdout.write(_("no picture for %(handle)s: %(url)s: %(reason)s") % place)
        if report.missing:
            count = len(report.missing)
            words = ngettext("%d picture is missing", "%d pictures are missing", count) % count
            self.stdout.write(words + _("; the next import tries again."))


def _bar(unit: str, options: dict[str, Any]) -> Any:
    # None: only where somebody watches a terminal.
    return tqdm(unit=f" {unit}", disable=True if options["verbosity"] == 0 else None, leave=False)


def _step(bar: Any, done: int, total: int) -> None:
    bar.total = total
    bar.update(done)


def _change_in_words(change: Change) -> str:
    if not change.column:
        return f"{change.new}: {change.where}"
    column = f"{change.column} ({change.where})" if change.where else change.column
    return f"{column}: {_value_in_words(change.old)} → {_value_in_words(change.new)}"


def _value_in_words(value: Any) -> str:
    if value is None or value == "" or value == []:
        return _("(empty)")
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"“{text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + '…'}”"
