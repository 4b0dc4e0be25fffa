"""What an import would change: each product of the file beside the one of the shop. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from shop.catalogue.models import Picture, ProductOption, Variant
from shop.exchange.columns import by_key, languages
from shop.exchange.models import WantedPicture
from shop.exchange.problems import Findings
from shop.exchange.records import OPTION_KEYS, PictureRecord, ProductRecord, VariantRecord, default_of
from shop.exchange.shelf import OWN_TRACKER, Shelved, picture_values, stock_of


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """``where`` is empty for the product itself, else names a variant or a picture."""

    column: str
    old: Any
    new: Any
    where: str = ""


@dataclass(slots=True)
class VariantPlan:
    record: VariantRecord
    variant: Variant | None
    is_new: bool = False
    changes: list[Change] = field(default_factory=list)


@dataclass(slots=True)
class PicturePlan:
    """``row`` is what the shop has of it: the picture, the wish for it, or neither."""

    record: PictureRecord
    row: Picture | WantedPicture | None
    position: int
    changes: list[Change] = field(default_factory=list)


@dataclass(slots=True)
class ProductPlan:
    record: ProductRecord
    shelved: Shelved | None
    changes: list[Change] = field(default_factory=list)
    variants: list[VariantPlan] = field(default_factory=list)
    pictures: list[PicturePlan] = field(default_factory=list)
    # Variants of the shop that the file does not list.
    left_over: list[Variant] = field(default_factory=list)
    remove_left_over: bool = False
    reordered: bool = False
    # What to call a category that the product's type asks for.
    category_name: str = ""

    @property
    def outcome(self) -> Outcome:
        if self.shelved is None:
            return Outcome.CREATED
        new_rows = any(v.variant is None for v in self.variants) or any(p.row is None for p in self.pictures)
        removed = self.remove_left_over and self.left_over
        return Outcome.CHANGED if self.all_changes() or new_rows or removed or self.reordered else Outcome.UNCHANGED

    def all_changes(self) -> list[Change]:
        parts: Iterable[VariantPlan | PicturePlan] = [*self.variants, *self.pictures]
        return self.changes + [change for part in parts for change in part.changes]

    def final(self, key: str) -> Any:
        """The product's value after the import."""
        if key in self.record.values:
            return self.record.values[key]
        return self.shelved.record.get(key) if self.shelved else default_of(key)


def compare(
    record: ProductRecord, shelved: Shelved | None, findings: Findings, *, remove_missing: bool = False
) -> ProductPlan:
    """The plan for one product. What the file says and the shop cannot take goes to ``findings``."""
    plan = ProductPlan(record, shelved, remove_left_over=remove_missing and bool(record.variants))
    if shelved is None:
        _complete_new_product(plan, findings)
    before = shelved.record if shelved else ProductRecord(record.handle)
    plan.changes = _changes(record.values, before.values) + _changes(record.carried, before.carried, carried=True)
    _match_variants(plan, findings)
    plan.changes += _option_changes(plan)
    _match_pictures(plan)
    return plan


def _changes(new: dict[str, Any], old: dict[str, Any], *, carried: bool = False, where: str = "") -> list[Change]:
    found = []
    for key, value in new.items():
        before = old.get(key, "") if carried else old.get(key, default_of(key))
        if value != before:
            found.append(Change(key if carried else by_key()[key].header, before, value, where))
    return found


def _complete_new_product(plan: ProductPlan, findings: Findings) -> None:
    record = plan.record
    if "name" not in record.values:
        findings.error(
            record.line, by_key()["name"].header, _("is missing; a new product needs it"), handle=record.handle
        )
    if "categories" not in record.values:
        # Own files name the categories; in others the type, or the leaf of the standard category, makes one.
        name = record.get("kind") or record.carried.get("Product Category", "").split(">")[-1].strip()
        slug = slugify(name)[:100]
        record.values["categories"] = [slug] if slug else []
        plan.category_name = name


def _match_variants(plan: ProductPlan, findings: Findings) -> None:
    """By the combination of options; the rest by a SKU that is there once: a renamed option is no new variant."""
    free = list(plan.shelved.variants) if plan.shelved else []
    plan.variants = [VariantPlan(record, None) for record in plan.record.variants]
    for part in plan.variants:
        if "option1" in part.record.values:
            part.variant = _take(free, lambda v, r=part.record: _has_options(v, r))
    for part in plan.variants:
        sku = part.record.values.get("sku")
        if part.variant is None and sku and sum(v.sku == sku for v in free) == 1:
            part.variant = _take(free, lambda v, sku=sku: v.sku == sku)
        if part.variant is None and "option1" not in part.record.values and len(free) == len(plan.variants) == 1:
            part.variant = free.pop()
    plan.left_over = free
    for part in plan.variants:
        if part.variant is None or plan.shelved is None:
            _complete_new_variant(plan, part, findings)
        else:
            before = plan.shelved.record.variants[plan.shelved.variants.index(part.variant)]
            _compare_variant(part, part.variant, plan.shelved, before)
            _check_count(part, part.variant, before, findings, plan.record.handle)
    _check_combinations(plan, findings)
    order = [part.variant.pk for part in plan.variants if part.variant]
    known = [variant.pk for variant in plan.shelved.variants] if plan.shelved else []
    plan.reordered = order != [pk for pk in known if pk in set(order)]


def _has_options(variant: Variant, record: VariantRecord) -> bool:
    """Whether it is the variant that the record's option columns mean; a file may have fewer of them than the shop."""
    return all(getattr(variant, key) == record.values[key] for key in OPTION_KEYS if key in record.values)


def _check_combinations(plan: ProductPlan, findings: Findings) -> None:
    """No two variants of a product may end with the same options, whatever the file left unsaid."""
    seen = set() if plan.remove_left_over else {(v.option1, v.option2, v.option3) for v in plan.left_over}
    for part in plan.variants:
        combination = tuple(part.record.values.get(key, getattr(part.variant, key, "")) for key in OPTION_KEYS)
        if combination in seen and plan.record.handle not in findings.bad_handles:
            reason = _("another variant has the same options")
            findings.error(part.record.line, by_key()["option1"].header, reason, handle=plan.record.handle)
        seen.add(combination)


def _take(free: list[Variant], fits: Any) -> Variant | None:
    found = next((variant for variant in free if fits(variant)), None)
    if found is not None:
        free.remove(found)
    return found


def _complete_new_variant(plan: ProductPlan, part: VariantPlan, findings: Findings) -> None:
    record = part.record
    part.is_new = True
    part.changes = [Change("", None, _("new variant"), _name_of(record))]
    if "price" not in record.values:
        reason = _("is missing; a new variant needs it")
        findings.error(record.line, by_key()["price"].header, reason, handle=plan.record.handle)
    if "on_hand" in record.values:
        record.values.setdefault("tracker", OWN_TRACKER)


def _name_of(record: VariantRecord) -> str:
    return " / ".join(value for value in record.combination if value) or record.values.get("sku") or ""


def _compare_variant(part: VariantPlan, variant: Variant, shelved: Shelved, before: VariantRecord) -> None:
    # Translations of option values are the options' (_option_changes).
    values = {key: value for key, value in part.record.values.items() if ":" not in key}
    if "picture_url" in values and _same_picture(shelved, values["picture_url"], variant.picture_id):
        del values["picture_url"]
    where = _name_of(part.record)
    part.changes = _changes(values, before.values, where=where)
    part.changes += _changes(part.record.carried, before.carried, carried=True, where=where)


def _same_picture(shelved: Shelved, url: str, picture_id: int | None) -> bool:
    picture = shelved.picture_at(url)
    return picture is not None and picture.pk == picture_id


def _check_count(part: VariantPlan, variant: Variant, before: VariantRecord, findings: Findings, handle: str) -> None:
    after = {key: part.record.values.get(key, before.values[key]) for key in ("tracker", "backorder", "on_hand")}
    on_hand, reserved = after["on_hand"], stock_of(variant).reserved
    # A number that could not be read is an error already.
    if after["tracker"] and not after["backorder"] and on_hand is not None and on_hand < reserved:
        reason = _("%(count)d is below what is promised to customers (%(reserved)d)")
        counts = {"count": on_hand, "reserved": reserved}
        findings.error(part.record.line, by_key()["on_hand"].header, reason % counts, handle=handle)


def options_after(plan: ProductPlan) -> dict[int, tuple[str, dict[str, Any]]]:
    """The options that the product has after the import: by number, name and translations."""
    after: dict[int, tuple[str, dict[str, Any]]] = {}
    for number, key in enumerate(OPTION_KEYS, start=1):
        name = plan.final(f"{key}_name")
        if not name:
            continue
        option = plan.shelved.options.get(number) if plan.shelved else None
        translations = {code: dict(words) for code, words in option.translations.items()} if option else {}
        for code in languages():
            _translate(translations, code, plan, key)
        after[number] = (name, translations)
    return after


def _translate(translations: dict[str, Any], code: str, plan: ProductPlan, key: str) -> None:
    words = translations.get(code, {})
    values = dict(words.get("values", {}))
    for part in plan.variants:
        value, translated = part.record.values.get(key), part.record.values.get(f"{key}:{code}")
        if value and translated:
            values[value] = translated
        elif (
            value
            and translated is not None
            and all(
                not p.record.values.get(f"{key}:{code}") for p in plan.variants if p.record.values.get(key) == value
            )
        ):
            values.pop(value, None)
    after = words | {"name": plan.final(f"{key}_name:{code}"), "values": values}
    after = {part: text for part, text in after.items() if text}
    if after:
        translations[code] = after
    else:
        translations.pop(code, None)


def _option_changes(plan: ProductPlan) -> list[Change]:
    """Translated option values; names are compared as the product's own values."""
    before = plan.shelved.options if plan.shelved else {}
    return [
        Change(f"Option{number} Value ({code})", _value_words(before.get(number), code), words.get("values", {}))
        for number, (_name, translations) in options_after(plan).items()
        for code, words in translations.items()
        if words.get("values", {}) != _value_words(before.get(number), code)
    ]


def _value_words(option: ProductOption | None, code: str) -> dict[str, str]:
    words: dict[str, str] = option.translations.get(code, {}).get("values", {}) if option else {}
    return words


def _match_pictures(plan: ProductPlan) -> None:
    shelved = plan.shelved
    listed = list(plan.record.pictures)
    for part in plan.variants:
        url = part.record.values.get("picture_url")
        if url and not any(picture.url == url for picture in listed):
            if shelved and shelved.picture_at(url):
                continue
            listed.append(PictureRecord(url=url, position=None, line=part.record.line))
    rows = {w.source_url: w for w in shelved.wanted} if shelved else {}
    position = 0
    for record in listed:
        row = rows.get(record.url) or (shelved.picture_at(record.url) if shelved else None)
        position = record.position if record.position is not None else (row.position if row else position + 1)
        changes = _changes(record.values, picture_values(row), where=record.url) if row else []
        if row is not None and position != row.position:
            changes.append(Change(by_key()["position"].header, row.position, position, record.url))
        plan.pictures.append(PicturePlan(record, row, position, changes))
