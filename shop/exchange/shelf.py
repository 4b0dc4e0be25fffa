"""Products of the shop with all that belongs to them, and as records, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Prefetch, QuerySet

from shop.catalogue.models import Picture, Product, ProductOption, Variant
from shop.exchange.columns import languages
from shop.exchange.models import CarriedProduct, CarriedVariant, WantedPicture
from shop.exchange.records import OPTION_KEYS, PictureRecord, ProductRecord, Values, VariantRecord
from shop.stock.models import StockItem

PRODUCT_FIELDS = (
    "name", "description", "vendor", "kind", "tags", "published", "status", "seo_title", "seo_description",
    "tax_rate_percent",
)  # fmt: skip
VARIANT_FIELDS = (
    "option1", "option2", "option3", "sku", "weight_grams", "price", "compare_at_price", "requires_shipping", "taxable",
    "barcode",
)  # fmt: skip
TRANSLATED_PRODUCT_FIELDS = ("name", "description", "seo_title", "seo_description")
TRACKER = "Variant Inventory Tracker"
# The tracker that the format names where the shop itself counts.
OWN_TRACKER = "shopify"


@dataclass(slots=True)
class Shelved:
    """One product of the shop. ``record`` is what an export writes and an import compares with."""

    product: Product
    options: dict[int, ProductOption]
    variants: list[Variant]
    pictures: list[Picture]
    wanted: list[WantedPicture]
    carried: CarriedProduct | None
    record: ProductRecord = field(init=False)

    def __post_init__(self) -> None:
        self.record = _product_record(self)

    def picture_at(self, url: str) -> Picture | None:
        """The picture that an address stands for, fetched from there, uploaded here, or the same as such a one."""
        for picture in self.pictures:
            if url == address_of(picture):
                return picture
        for picture in self.pictures:
            if picture.source_url == url or own_address(picture) == url:
                return picture
        return next((w.duplicate_of for w in self.wanted if w.source_url == url and w.duplicate_of), None)


def take_down(products: QuerySet[Product]) -> list[Shelved]:
    """The products of a queryset, in its order, with all that belongs to them (six queries)."""
    rows = products.select_related("carried").prefetch_related(
        "options",
        Prefetch("variants", Variant.objects.select_related("stock", "carried").order_by("position", "pk")),
        Prefetch("pictures", Picture.objects.order_by("position", "pk")),
        "categories",
        Prefetch("wanted_pictures", WantedPicture.objects.select_related("duplicate_of")),
    )
    return [_shelve(product) for product in rows]


def own_address(picture: Picture) -> str:
    return urljoin(settings.SITE_URL + "/", picture.original.url)


def address_of(picture: Picture) -> str:
    """Where others can fetch it: where it came from, or this site."""
    return picture.source_url or own_address(picture)


def carried_of(variant: Variant) -> CarriedVariant | None:
    try:
        return variant.carried
    except ObjectDoesNotExist:
        return None


def stock_of(variant: Variant) -> StockItem:
    """A variant that was never counted is as one that was counted as none."""
    try:
        return variant.stock
    except ObjectDoesNotExist:
        return StockItem(variant=variant)


def _shelve(product: Product) -> Shelved:
    try:
        carried: CarriedProduct | None = product.carried
    except ObjectDoesNotExist:
        carried = None
    return Shelved(
        product=product,
        options={option.position: option for option in product.options.all()},
        variants=list(product.variants.all()),
        pictures=list(product.pictures.all()),
        wanted=list(product.wanted_pictures.all()),
        carried=carried,
    )


def _product_record(shelved: Shelved) -> ProductRecord:
    product = shelved.product
    values: Values = {name: getattr(product, name) for name in PRODUCT_FIELDS}
    values["categories"] = sorted(category.path for category in product.categories.all())
    for code in languages():
        words = product.translations.get(code, {})
        values |= {f"{name}:{code}": words.get(name) or "" for name in TRANSLATED_PRODUCT_FIELDS}
    for number in (1, 2, 3):
        option = shelved.options.get(number)
        values[f"option{number}_name"] = option.name if option else ""
        for code in languages():
            translated = option.translations.get(code, {}).get("name") if option else ""
            values[f"option{number}_name:{code}"] = translated or ""
    addresses = {picture.pk: address_of(picture) for picture in shelved.pictures}
    return ProductRecord(
        handle=product.handle,
        values=values,
        carried=dict(shelved.carried.cells) if shelved.carried else {},
        variants=[_variant_record(variant, shelved, addresses) for variant in shelved.variants],
        pictures=_picture_records(shelved),
    )


def _variant_record(variant: Variant, shelved: Shelved, addresses: dict[int, str]) -> VariantRecord:
    values: Values = {name: getattr(variant, name) for name in VARIANT_FIELDS}
    stock, carried = stock_of(variant), carried_of(variant)
    cells = dict(carried.cells) if carried else {}
    tracker = cells.pop(TRACKER, OWN_TRACKER)
    values |= {
        "tracker": tracker if stock.tracked else "",
        "on_hand": stock.on_hand,
        "backorder": stock.backorder,
        "picture_url": addresses.get(variant.picture_id or 0) or (carried.picture_url if carried else ""),
    }
    for number, key in enumerate(OPTION_KEYS, start=1):
        option = shelved.options.get(number)
        for code in languages():
            words = option.translations.get(code, {}).get("values", {}) if option else {}
            values[f"{key}:{code}"] = words.get(values[key], "")
    return VariantRecord(values=values, carried=cells)


def _picture_records(shelved: Shelved) -> list[PictureRecord]:
    """The pictures that the product has and those that it still wants, by position."""
    have: list[tuple[Picture | WantedPicture, str]] = [(p, address_of(p)) for p in shelved.pictures]
    want: list[tuple[Picture | WantedPicture, str]] = [(w, w.source_url) for w in shelved.wanted]
    # Sorting is stable, so that of two with one position the picture that is there comes first.
    ordered = sorted(have + want, key=lambda pair: pair[0].position)
    return [PictureRecord(url=url, position=row.position, values=picture_values(row)) for row, url in ordered]


def picture_values(row: Picture | WantedPicture) -> Values:
    return {"alt": row.alt} | {f"alt:{code}": row.alt_translations.get(code, "") for code in languages()}
