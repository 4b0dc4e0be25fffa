"""The sample prints become goods: with variants, prices, stock and a picture, by the doors that all goods use."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from django.db import transaction

from shop.catalogue.descriptions import sanitise
from shop.catalogue.listing import refresh_listing
from shop.catalogue.models import Category, Product, ProductOption, Variant
from shop.catalogue.pictures import add_picture
from shop.catalogue.renditions import Prepared
from shop.catalogue.samples.prints import Place, Print, places
from shop.stock.ledger import set_count
from shop.stock.models import StockMovement

SIZES = {
    "portrait": ("21 × 28 cm", "30 × 40 cm", "45 × 60 cm"),
    "landscape": ("28 × 21 cm", "40 × 30 cm", "60 × 45 cm"),
    "square": ("20 × 20 cm", "30 × 30 cm", "50 × 50 cm"),
}
SIZE_PRICES = (Decimal("18.00"), Decimal("29.00"), Decimal("49.00"))
SIZE_GRAMS = (90, 160, 340)
PAPERS = {"Smooth matt 200 g": "Mate liso 200 g", "Cotton rag 310 g": "Algodón 310 g"}
# What a buyer wants to know of every print.
PAPERS_EN = (
    "<p>Printed with pigment inks that keep their colours for decades. Smooth matt is even and crisp; cotton rag is "
    "heavier, with a soft grain and deeper darks. It comes rolled and without a frame.</p>"
)
PAPERS_ES = (
    "<p>Impresa con tintas pigmentadas que conservan el color durante décadas. El mate liso es uniforme y nítido; el "
    "algodón pesa más, con un grano suave y negros más profundos. Se envía enrollada y sin marco.</p>"
)
COTTON_COSTS_MORE = (Decimal("7.00"), Decimal("11.00"), Decimal("18.00"))


def ensure_categories() -> dict[str, Category]:
    """The sample goods' categories by path; those that are there stay as they are."""
    found: dict[str, Category] = {}
    for path, place in places().items():
        found[path] = Category.objects.filter(path=path).first() or _create_category(place, found)
    return found


def _create_category(place: Place, above: dict[str, Category]) -> Category:
    parent, _slash, slug = place.path.rpartition("/")
    return Category.objects.create(
        parent=above.get(parent),
        slug=slug,
        name=place.name.en,
        description=place.description.en,
        translations={"es": {"name": place.name.es, "description": place.description.es}},
        position=place.position,
    )


@transaction.atomic
def hang_print(*, sample: Print, content: bytes, prepared: Prepared, categories: dict[str, Category]) -> Product:
    """Put the print on sale, whole: with its categories, variants, stock and picture."""
    product = Product.objects.create(
        handle=sample.handle,
        name=sample.name.en,
        description=sanitise(f"<p>{sample.description.en}</p>\n{PAPERS_EN}"),
        translations={
            "es": {"name": sample.name.es, "description": sanitise(f"<p>{sample.description.es}</p>\n{PAPERS_ES}")}
        },
        vendor=sample.vendor,
        kind="Art print",
        tags=list(sample.tags),
    )
    product.categories.set([categories[place.path] for place in (sample.family, *sample.rooms)])
    picture = add_picture(
        product=product, content=content, filename=f"{sample.handle}.jpg", alt=sample.alt.en, prepared=prepared
    )
    picture.alt_translations = {"es": sample.alt.es}
    picture.save(update_fields=["alt_translations"])
    _offer(product, sample)
    refresh_listing(product)
    return product


def _offer(product: Product, sample: Print) -> None:
    """Three sizes on two papers, some of them nearly or quite sold out; the same every time."""
    rng = np.random.Generator(np.random.PCG64(sample.recipe.seed))
    sizes = SIZES[sample.recipe.shape]
    ProductOption.objects.create(product=product, position=1, name="Size", translations={"es": {"name": "Tamaño"}})
    ProductOption.objects.create(
        product=product, position=2, name="Paper", translations={"es": {"name": "Papel", "values": PAPERS}}
    )
    dearer = Decimal(int(rng.integers(0, 4)) * 2)
    for place, (size, price, grams) in enumerate(zip(sizes, SIZE_PRICES, SIZE_GRAMS, strict=True)):
        for paper, name in enumerate(PAPERS):
            variant = Variant.objects.create(
                product=product,
                position=2 * place + paper + 1,
                sku=f"{sample.handle.upper()}-{'SML'[place]}{'MC'[paper]}",
                option1=size,
                option2=name,
                price=price + dearer + paper * COTTON_COSTS_MORE[place],
                weight_grams=round(grams * (1.45 if paper else 1)),
            )
            set_count(variant=variant, on_hand=_on_hand(rng), reason=StockMovement.Reason.COUNT, reference="samples")


def _on_hand(rng: np.random.Generator) -> int:
    chance = rng.random()
    if chance < 0.03:
        return 0
    return int(rng.integers(1, 4)) if chance < 0.12 else int(rng.integers(8, 60))
