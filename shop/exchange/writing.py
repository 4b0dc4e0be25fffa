"""Carries out plans: the rows of many products in a fixed number of queries. Runs in the import's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils import timezone

from shop.catalogue.models import Category, Picture, Product, ProductOption, Variant
from shop.exchange.columns import by_key, languages
from shop.exchange.comparing import Outcome, PicturePlan, ProductPlan, VariantPlan, options_after
from shop.exchange.models import CarriedProduct, CarriedVariant, WantedPicture
from shop.exchange.records import VARIANT_DEFAULTS, Values
from shop.exchange.shelf import (
    OWN_TRACKER,
    PRODUCT_FIELDS,
    TRACKER,
    TRANSLATED_PRODUCT_FIELDS,
    VARIANT_FIELDS,
    carried_of,
    stock_of,
)
from shop.stock import ledger
from shop.stock.models import StockItem

BATCH = 200


def write(plans: Sequence[ProductPlan]) -> list[ledger.Count]:
    """Write what differs, apart from the counts of stock, which it gives. After it each plan's variants have their
    rows; pictures are wanted, not fetched."""
    due = [plan for plan in plans if plan.outcome is not Outcome.UNCHANGED]
    if not due:
        return []
    products = _write_products(due)
    _write_categories(due, products)
    _write_options(due, products)
    _write_pictures(due, products)
    _write_variants(due, products)
    _write_carried_products(due, products)
    _write_carried_variants(due)
    _refresh_prices(due, products)
    return [_count(part, variant) for part, variant in _written(due) if _counts(part)]


def _save(model: type[Model], new: Iterable[Any], changed: Iterable[Any], fields: Sequence[str]) -> None:
    manager = model._default_manager
    manager.bulk_create(new, batch_size=BATCH)
    manager.bulk_update(changed, fields, batch_size=BATCH)


def _write_products(plans: Sequence[ProductPlan]) -> dict[str, Product]:
    new: list[Product] = []
    changed: list[Product] = []
    for plan in plans:
        product = plan.shelved.product if plan.shelved else Product(handle=plan.record.handle)
        for name in PRODUCT_FIELDS:
            setattr(product, name, plan.final(name))
        for key in TRANSLATED_PRODUCT_FIELDS:
            set_translations(product.translations, key, plan.record.values)
        product.updated_at = timezone.now()  # bulk_update does not
        (changed if plan.shelved else new).append(product)
    _save(Product, new, changed, [*PRODUCT_FIELDS, "translations", "updated_at"])
    return {product.handle: product for product in [*new, *changed]}


def set_translations(translations: dict[str, Any], key: str, values: Values) -> None:
    """Put ``key:es`` of the values into ``translations["es"][key]``; an empty text takes it away."""
    for code in languages():
        text = values.get(f"{key}:{code}")
        if text is None:
            continue
        words = {name: word for name, word in translations.get(code, {}).items() if name != key}
        if text:
            words[key] = text
        translations.pop(code, None)
        if words:
            translations[code] = words


def _write_categories(plans: Sequence[ProductPlan], products: dict[str, Product]) -> None:
    due = [
        plan
        for plan in plans
        if "categories" in plan.record.values
        and plan.record.values["categories"] != (plan.shelved.record.get("categories") if plan.shelved else [])
    ]
    names = {plan.record.values["categories"][0]: plan.category_name for plan in due if plan.category_name}
    rows = _categories({path for plan in due for path in plan.record.values["categories"]}, names)
    through = Product.categories.through
    through._default_manager.filter(product__in=[products[plan.record.handle] for plan in due if plan.shelved]).delete()
    through._default_manager.bulk_create(
        through(product_id=products[plan.record.handle].pk, category_id=rows[path].pk)
        for plan in due
        for path in plan.record.values["categories"]
    )


def _categories(paths: set[str], names: dict[str, str]) -> dict[str, Category]:
    """The categories with these paths; what is missing is made, named by the product type that asks for it."""
    wanted = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 2)}
    rows = {category.path: category for category in Category.objects.filter(path__in=wanted)}
    for path in sorted(wanted - rows.keys()):  # a parent's path sorts before its children's
        above, _, slug = path.rpartition("/")
        name = names.get(path) or slug.replace("-", " ").capitalize()
        rows[path] = Category.objects.create(parent=rows.get(above), slug=slug, path=path, name=name[:200])
    return rows


def _write_options(plans: Sequence[ProductPlan], products: dict[str, Product]) -> None:
    new, changed, gone = [], [], []
    for plan in plans:
        before, after = (plan.shelved.options if plan.shelved else {}), options_after(plan)
        gone += [option.pk for number, option in before.items() if number not in after]
        for number, (name, translations) in after.items():
            option = before.get(number)
            if option is None:
                product = products[plan.record.handle]
                new.append(ProductOption(product=product, position=number, name=name, translations=translations))
            elif (option.name, option.translations) != (name, translations):
                option.name, option.translations = name, translations
                changed.append(option)
    ProductOption.objects.filter(pk__in=gone).delete()
    _save(ProductOption, new, changed, ["name", "translations"])


def _write_pictures(plans: Sequence[ProductPlan], products: dict[str, Product]) -> None:
    """Position and words of what is there, a wish for what is not: fetching comes after the transaction."""
    new: list[WantedPicture] = []
    changed: dict[type[Model], dict[int, Picture | WantedPicture]] = {Picture: {}, WantedPicture: {}}
    for plan in plans:
        for part in plan.pictures:
            if part.row is None:
                row = WantedPicture(product=products[plan.record.handle], source_url=part.record.url)
                new.append(row)
                _set_picture(row, part)
            elif part.changes:
                changed[type(part.row)][part.row.pk] = part.row
                _set_picture(part.row, part)
    fields = ["position", "alt", "alt_translations"]
    _save(WantedPicture, new, changed[WantedPicture].values(), fields)
    _save(Picture, [], changed[Picture].values(), fields)


def _set_picture(row: Picture | WantedPicture, part: PicturePlan) -> None:
    row.position = part.position
    row.alt = part.record.values.get("alt", row.alt)
    said = {code: part.record.values.get(f"alt:{code}") for code in languages()}
    kept = {code: text for code, text in row.alt_translations.items() if said.get(code) is None}
    row.alt_translations = kept | {code: text for code, text in said.items() if text}


def _write_variants(plans: Sequence[ProductPlan], products: dict[str, Product]) -> None:
    new, changed, gone = [], [], []
    for plan in plans:
        renumber = plan.reordered or any(part.variant is None for part in plan.variants)
        for position, part in enumerate(plan.variants, start=1):
            is_new = part.variant is None
            variant = part.variant or Variant(product=products[plan.record.handle])
            _set_variant(variant, part, plan)
            if renumber:
                variant.position = position
            if is_new:
                new.append(variant)
            elif part.changes or renumber:
                changed.append(variant)
            part.variant = variant
        if plan.remove_left_over:
            gone += [variant.pk for variant in plan.left_over]
        elif renumber:
            for position, variant in enumerate(plan.left_over, start=len(plan.variants) + 1):
                variant.position = position
                changed.append(variant)
    Variant.objects.filter(pk__in=gone).delete()
    _save(Variant, new, changed, [*VARIANT_FIELDS, "position", "picture"])


def _set_variant(variant: Variant, part: VariantPlan, plan: ProductPlan) -> None:
    values = part.record.values
    for name in VARIANT_FIELDS:
        if name in values:
            setattr(variant, name, values[name])
        elif part.variant is None:
            setattr(variant, name, VARIANT_DEFAULTS[name])
    if "picture_url" in values:
        url = values["picture_url"]
        variant.picture = plan.shelved.picture_at(url) if url and plan.shelved else None


def _write_carried_products(plans: Sequence[ProductPlan], products: dict[str, Product]) -> None:
    new: list[CarriedProduct] = []
    changed: list[CarriedProduct] = []
    for plan in plans:
        before = plan.shelved.carried if plan.shelved else None
        old = dict(before.cells) if before else {}
        cells = {header: cell for header, cell in (old | plan.record.carried).items() if cell}
        if before is None and cells:
            new.append(CarriedProduct(product=products[plan.record.handle], cells=cells))
        elif before is not None and cells != old:
            before.cells = cells
            changed.append(before)
    _save(CarriedProduct, new, changed, ["cells"])


def _write_carried_variants(plans: Sequence[ProductPlan]) -> None:
    new: list[CarriedVariant] = []
    changed: list[CarriedVariant] = []
    for part, variant in _written(plans):
        # A new row has neither, and asking for them would be a query each.
        before = None if part.is_new else carried_of(variant)
        row = before or CarriedVariant(variant=variant)
        cells = {header: cell for header, cell in (row.cells | part.record.carried).items() if cell}
        if (tracker := part.record.values.get("tracker")) is not None:
            cells = {header: cell for header, cell in cells.items() if header != TRACKER}
            if tracker not in ("", OWN_TRACKER):
                cells[TRACKER] = tracker
        url = part.record.values.get("picture_url", row.picture_url) if variant.picture_id is None else ""
        if (cells, url) == (row.cells, row.picture_url):
            continue
        row.cells, row.picture_url = cells, url
        (changed if before else new).append(row)
    _save(CarriedVariant, new, changed, ["cells", "picture_url"])


_STOCK_HEADERS = {by_key()[key].header for key in ("tracker", "on_hand", "backorder")}


def _counts(part: VariantPlan) -> bool:
    """A new variant is counted; one of the shop only if the file says something else of its stock."""
    return part.is_new or any(change.column in _STOCK_HEADERS for change in part.changes)


def _written(plans: Iterable[ProductPlan]) -> Iterator[tuple[VariantPlan, Variant]]:
    return ((part, part.variant) for plan in plans for part in plan.variants if part.variant is not None)


def _count(part: VariantPlan, variant: Variant) -> ledger.Count:
    stock, values = StockItem() if part.is_new else stock_of(variant), part.record.values
    tracked = bool(values.get("tracker", "")) if part.is_new or "tracker" in values else stock.tracked
    return ledger.Count(
        variant_id=variant.pk,
        on_hand=values.get("on_hand", stock.on_hand),
        tracked=tracked,
        backorder=values.get("backorder", stock.backorder),
    )


def _refresh_prices(plans: Sequence[ProductPlan], products: dict[str, Product]) -> None:
    """``price_from`` as shop.catalogue.listing keeps it, for many products at once."""
    changed = []
    for plan in plans:
        kept = [] if plan.remove_left_over else plan.left_over
        prices = [part.variant.price for part in plan.variants if part.variant] + [variant.price for variant in kept]
        product = products[plan.record.handle]
        lowest: Decimal | None = min(prices, default=None)
        if product.price_from != lowest:
            product.price_from = lowest
            changed.append(product)
    Product.objects.bulk_update(changed, ["price_from"], batch_size=BATCH)
