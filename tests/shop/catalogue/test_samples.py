import hashlib
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from shop.catalogue.models import Picture, Product, Variant
from shop.catalogue.samples import orbits
from shop.catalogue.samples.drawing import SIZES, Recipe, draw
from shop.catalogue.samples.prints import Text, all_prints, places
from shop.exchange.management.commands import sample_goods
from shop.exchange.samples import hang_print
from shop.stock.models import StockItem


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small sheets and few steps: the drawings are the same code."""
    for shape in SIZES:
        monkeypatch.setitem(SIZES, shape, (96, 96))
    monkeypatch.setattr(orbits, "STEPS", 8)


def quick(recipe: Recipe) -> Recipe:
    steps = {"steps": 60} if recipe.drawing == "coral" else {}
    return replace(recipe, numbers={**recipe.numbers, **steps})


@pytest.mark.usefixtures("small")
def test_the_same_recipe_is_the_same_pixels() -> None:
    for sample in all_prints()[:10]:
        assert draw(quick(sample.recipe)).tobytes() == draw(quick(sample.recipe)).tobytes()


@pytest.mark.usefixtures("small")
def test_every_print_is_another_picture() -> None:
    drawn = [draw(quick(sample.recipe)) for sample in all_prints()]
    assert len({hashlib.sha256(image.tobytes()).hexdigest() for image in drawn}) == 60
    assert len({sample.recipe.drawing for sample in all_prints()}) >= 20


def test_every_text_is_there_in_both_languages_and_only_once() -> None:
    texts = [text for sample in all_prints() for text in (sample.name, sample.description, sample.alt)]
    texts += [text for place in places().values() for text in (place.name, place.description)]
    assert all(text.en.strip() and text.es.strip() for text in texts)
    said: list[Text] = [text for sample in all_prints() for text in (sample.description, sample.alt)]
    assert len({text.en for text in said}) == len({text.es for text in said}) == 120
    assert len({sample.handle for sample in all_prints()}) == 60


@pytest.mark.django_db
def test_the_shop_is_filled_once_and_what_is_there_stays(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sample_goods", count=1, only="forms", processes=1)
    product = Product.objects.get()
    assert product.price_from == min(variant.price for variant in product.variants.all())
    assert product.variants.count() == StockItem.objects.count() == 6
    assert {category.path.partition("/")[0] for category in product.categories.all()} == {"prints", "rooms"}
    assert product.pictures.get().alt_translations["es"]
    Product.objects.update(name="My own name")
    call_command("sample_goods", count=2, only="forms", processes=1)
    assert Product.objects.filter(name="My own name").exists()
    counts = (Product.objects.count(), Picture.objects.count(), Variant.objects.count())
    call_command("sample_goods", count=2, only="forms", processes=1)
    assert (Product.objects.count(), Picture.objects.count(), Variant.objects.count()) == counts == (2, 2, 12)


@pytest.mark.django_db
def test_a_shop_with_goods_is_left_alone_if_asked(waves: Product) -> None:
    call_command("sample_goods", if_empty=True, processes=1)
    assert Product.objects.get() == waves


@pytest.mark.django_db
def test_an_interrupted_run_is_completed_even_so(monkeypatch: pytest.MonkeyPatch) -> None:
    hang = hang_print

    def interrupted(**arguments: object) -> Product:
        if Product.objects.exists():
            raise KeyboardInterrupt
        return hang(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sample_goods, "hang_print", interrupted)
    with pytest.raises(KeyboardInterrupt):
        call_command("sample_goods", count=2, only="forms", processes=1)
    assert Product.objects.count() == 1
    monkeypatch.setattr(sample_goods, "hang_print", hang)
    call_command("sample_goods", count=2, only="forms", if_empty=True, processes=1)
    assert Product.objects.count() == 2


@pytest.mark.django_db
def test_an_unknown_family_is_named_with_those_that_there_are() -> None:
    with pytest.raises(CommandError, match="no family lorem; there are: botanica, coral"):
        call_command("sample_goods", only="lorem")
