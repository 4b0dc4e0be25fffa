import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chat.live import publish
from shop.catalogue.models import Category, Picture, Product, ProductOption, Variant
from shop.catalogue.remaining import live_key
from shop.stock.ledger import take
from shop.stock.models import StockItem

pytestmark = pytest.mark.django_db


def prints(count: int, category: Category | None = None) -> list[Product]:
    """So many listed prints, each with a picture and a variant in stock."""
    made = []
    for number in range(count):
        product = Product.objects.create(
            handle=f"print-{number}", name=f"Print {number}", price_from=Decimal(10 + number)
        )
        Picture.objects.create(product=product, digest=f"{number:064x}", width=800, height=1000, original="a.png")
        variant = Variant.objects.create(product=product, price=Decimal(10 + number))
        StockItem.objects.create(variant=variant, on_hand=5)
        if category:
            product.categories.add(category)
        made.append(product)
    return made


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def names(client: Client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    return [product.name for product in response.context["listing"].page]


def test_an_empty_shop_says_how_to_fill_it(client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "sample_goods" in page.content.decode()


def test_the_window_shows_a_print_the_kinds_and_the_newest(client: Client) -> None:
    root = Category.objects.create(name="Prints", slug="prints", path="prints")
    waves = Category.objects.create(name="Waves", slug="waves", path="prints/waves", parent=root)
    prints(3, waves)
    page = client.get("/").content.decode()
    assert 'fetchpriority="high"' in page
    assert 'href="/c/prints/waves/"' in page
    assert "Print 0" in page


def test_a_list_asks_as_few_questions_for_many_prints_as_for_a_few(client: Client) -> None:
    prints(3)
    few = queries(client, "/all/")
    Product.objects.all().delete()
    prints(60)
    assert queries(client, "/all/") == few <= 5


def test_a_page_holds_24_prints_and_leads_to_the_next(client: Client) -> None:
    prints(30)
    page = client.get("/all/").content.decode()
    assert page.count('class="card"') == 24
    assert 'href="?page=2"' in page
    assert client.get("/all/?page=2").content.decode().count('class="card"') == 6


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "two", "%00", ""])
def test_a_page_number_that_is_none_gives_the_nearest_page(client: Client, number: str) -> None:
    prints(2)
    assert client.get(f"/all/?page={number}").status_code == 200


def test_a_list_can_be_sorted_by_price_both_ways_and_stays_so_on_its_next_page(client: Client) -> None:
    prints(30)
    assert names(client, "/all/?sort=price")[0] == "Print 0"
    assert names(client, "/all/?sort=-price")[0] == "Print 29"
    assert "?sort=price&amp;page=2" in client.get("/all/?sort=price").content.decode()
    assert names(client, "/all/?sort=nonsense")[0] == "Print 29"


def test_a_category_shows_what_is_below_it_and_the_way_up(client: Client) -> None:
    root = Category.objects.create(name="Prints", slug="prints", path="prints")
    below = Category.objects.create(name="Waves", slug="waves", path="prints/waves", parent=root)
    prints(1, below)
    assert names(client, "/c/prints/") == ["Print 0"]
    page = client.get("/c/prints/waves/").content.decode()
    assert 'class="breadcrumbs"' in page
    assert 'href="/c/prints/"' in page


def test_an_unknown_category_or_print_is_not_found(client: Client) -> None:
    assert client.get("/c/nowhere/at/all/").status_code == 404
    assert client.get("/p/nothing/").status_code == 404
    # PostgreSQL would not even be asked for the last one.
    for strange in ("/c//", "/c/a//b/", "/c/a.b/", "/c/%00a/"):
        assert client.get(strange).status_code == 404, strange


def test_a_draft_is_not_shown(client: Client, waves: Product) -> None:
    Product.objects.update(status="draft")
    assert client.get(waves.get_absolute_url()).status_code == 404
    assert names(client, "/all/") == []


def test_every_size_is_a_link_and_the_price_follows_it(client: Client, waves: Product) -> None:
    _small, large = waves.variants.all()
    page = client.get(waves.get_absolute_url()).content.decode()
    assert "€19.90" in page
    assert f'href="/p/waves/?variant={large.pk}"' in page
    page = client.get(f"/p/waves/?variant={large.pk}").content.decode()
    assert "€29.90" in page
    assert f'name="variant" value="{large.pk}"' in page


@pytest.mark.parametrize("query", ["variant=x", "variant=999999", "picture=x", "picture=-1", "variant=%00"])
def test_a_choice_that_is_none_shows_the_print_all_the_same(client: Client, waves: Product, query: str) -> None:
    assert client.get(f"/p/waves/?{query}").status_code == 200


def stock_said(page: str) -> str:
    found = re.search(r"data-stock[^>]*>([^<]*)<", page)
    assert found
    return found[1].strip()


@pytest.mark.parametrize(
    ("on_hand", "english", "spanish"),
    [
        (0, "Sold out", "Agotada"),
        (1, "Only 1 left", "Solo queda 1"),
        (5, "Only 5 left", "Solo quedan 5"),
        (6, "In stock", "Disponible"),
    ],
)
def test_the_last_ones_are_counted_and_none_is_said(
    client: Client, waves: Product, on_hand: int, english: str, spanish: str
) -> None:
    small, large = waves.variants.all()
    StockItem.objects.filter(pk=small.pk).update(on_hand=on_hand)
    for language, words, plenty in (("en", english, "In stock"), ("es", spanish, "Disponible")):
        page = client.get(f"/p/waves/?variant={small.pk}", headers={"accept-language": language}).content.decode()
        assert stock_said(page) == words
        assert page.count(" disabled") == (0 if on_hand else 2)
        assert ('max="' in page) is (on_hand in range(1, 6))
        other = client.get(f"/p/waves/?variant={large.pk}", headers={"accept-language": language}).content.decode()
        assert stock_said(other) == plenty


def test_what_is_always_there_is_made_when_it_is_ordered(client: Client, waves: Product) -> None:
    StockItem.objects.update(tracked=False)
    assert stock_said(client.get("/p/waves/").content.decode()) == "Made when you order"


@pytest.mark.parametrize(("language", "words"), [("en", "Only 3 left"), ("es", "Solo quedan 3")])
def test_an_open_page_has_the_words_for_what_it_may_hear(
    client: Client, waves: Product, language: str, words: str
) -> None:
    page = client.get("/p/waves/", headers={"accept-language": language}).content.decode()
    assert f'data-left-3="{words}"' in page
    assert f'data-left-5="{words.replace("3", "5")}"' in page
    assert "data-left-6" not in page


def test_an_open_page_follows_its_print_from_a_number_that_was_read_before_the_stock(
    client: Client, waves: Product
) -> None:
    take(quantities={waves.variants.all()[0].pk: 7}, reference="A-1")
    with CaptureQueriesContext(connection) as captured:
        live = client.get(waves.get_absolute_url()).context["live"]
    assert (live.stream, live.seq) == (live_key(waves.pk), 1)
    assert publish.opens(live.ticket, live_key(waves.pk))
    asked = [query["sql"] for query in captured]
    head, stock = ([sql for sql in asked if f'"{table}"' in sql] for table in ("live_stream", "stock_stockitem"))
    assert len(head) == len(stock) == 1
    assert asked.index(head[0]) < asked.index(stock[0])


def test_a_combination_that_is_not_made_is_marked_and_leads_to_one_that_is(client: Client, waves: Product) -> None:
    ProductOption.objects.create(product=waves, position=2, name="Paper")
    small, large = waves.variants.all()
    Variant.objects.filter(pk=small.pk).update(option2="Matte")
    Variant.objects.filter(pk=large.pk).update(option2="Cotton")
    page = client.get(f"/p/waves/?variant={small.pk}").content.decode()
    assert "choice-value--apart" in page
    assert "only as A3 / Cotton" in page


def test_names_and_options_are_said_in_the_readers_language(client: Client, waves: Product) -> None:
    waves.options.update(translations={"es": {"name": "Tamaño", "values": {"A4": "Cuartilla doble"}}})
    page = client.get(waves.get_absolute_url(), headers={"accept-language": "es"}).content.decode()
    assert "Olas" in page
    assert "Tamaño" in page
    assert "Cuartilla doble" in page
    assert "19,90" in page


def test_the_print_says_the_tax_that_its_price_contains(client: Client, waves: Product) -> None:
    Product.objects.update(tax_rate_percent=Decimal("5.50"))
    assert "5.5 % tax" in client.get(waves.get_absolute_url()).content.decode()


def test_another_picture_is_a_link_away_and_the_big_one_is_never_lazy(client: Client, waves: Product) -> None:
    for number in (1, 2):
        Picture.objects.create(
            product=waves, digest=f"{number:064x}", width=800, height=1000, original="a.png", position=number
        )
    second = waves.pictures.all()[1]
    response = client.get(f"/p/waves/?picture={second.pk}")
    assert response.context["picture"] == second
    big = response.content.decode().split('class="product-picture"')[1].split("</div>")[0]
    assert "loading=" not in big
    assert second.digest in big


def test_a_prints_page_asks_as_few_questions_with_many_variants(client: Client, waves: Product) -> None:
    client.get(waves.get_absolute_url())  # the first reader of all makes the stream
    few = queries(client, waves.get_absolute_url())
    for number in range(20):
        Variant.objects.create(product=waves, option1=f"Size {number}", price=Decimal(9))
    assert queries(client, waves.get_absolute_url()) == few <= 8


def test_descriptions_of_foreign_hands_carry_no_script_into_the_title(client: Client, waves: Product) -> None:
    Product.objects.update(name="<script>alert(1)</script>")
    assert "<script>alert(1)" not in client.get(reverse("catalogue:product", args=["waves"])).content.decode()
