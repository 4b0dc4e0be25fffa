from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shop.basket.models import Basket, BasketLine
from shop.catalogue.models import Product, Variant
from shop.checkout.models import ShippingMethod
from shop.customers.models import Address, User
from shop.orders.links import order_path
from shop.orders.models import Order
from shop.payments.models import Payment
from shop.stock.ledger import set_count
from shop.stock.models import StockItem, StockMovement
from tests.shop.buying import standard

pytestmark = pytest.mark.django_db

START = reverse("checkout:start")
REVIEW = reverse("checkout:review")
BASKET = reverse("basket:show")

FILLED_IN = {
    "email": "carol@example.com",
    "name": "Carol Shopper",
    "street": "Calle Mayor 1",
    "postcode": "28013",
    "city": "Madrid",
    "country": "ES",
    "shipping_method": "standard",
}


@pytest.fixture(autouse=True)
def ways_of_sending(db: None) -> None:
    standard()


@pytest.fixture
def buyer(client: Client, a4: Variant) -> Client:
    """A guest with two prints in the basket."""
    client.post(reverse("basket:add"), {"variant": a4.pk, "quantity": 2})
    return client


@pytest.fixture
def reviewer(buyer: Client) -> Client:
    """Who has also said where it goes."""
    buyer.post(START, FILLED_IN)
    return buyer


def hidden(page: str) -> dict[str, str]:
    """What the review page's form would send."""
    return {
        name: found[1]
        for name in ("checkout_key", "seen")
        if (found := re.search(f'name="{name}" value="([^"]+)"', page))
    }


def test_a_guest_buys_without_javascript(buyer: Client) -> None:
    assert buyer.get(START).status_code == 200
    page = buyer.post(START, FILLED_IN, follow=True).text
    assert "€44.70" in page
    assert "€7.76" in page  # the tax of €39.80 and of €4.90 at 21 %
    response = buyer.post(REVIEW, hidden(page))
    order = Order.objects.get()
    assert response["Location"] == reverse("payments:sandbox", args=[Payment.objects.get().reference])
    assert (order.name, order.country, str(order.total), str(order.tax_total)) == (
        "Carol Shopper",
        "ES",
        "44.70",
        "7.76",
    )


def test_whoever_only_asks_for_the_head_is_answered(reviewer: Client) -> None:
    for page in (BASKET, START, REVIEW):
        assert reviewer.head(page).status_code == 200


def test_the_basket_is_empty_afterwards(reviewer: Client) -> None:
    reviewer.post(REVIEW, hidden(reviewer.get(REVIEW).text))
    assert reviewer.get(START)["Location"] == BASKET
    assert reviewer.get(REVIEW)["Location"] == BASKET
    assert "Nothing in it yet" in reviewer.get(BASKET).text


def test_a_second_click_lands_on_the_same_order(reviewer: Client) -> None:
    form = hidden(reviewer.get(REVIEW).text)
    first, second = reviewer.post(REVIEW, form), reviewer.post(REVIEW, form)
    assert first["Location"] == second["Location"]
    assert Order.objects.count() == Payment.objects.count() == 1


def test_a_second_click_after_the_payment_lands_on_the_orders_page(reviewer: Client) -> None:
    form = hidden(reviewer.get(REVIEW).text)
    reviewer.post(REVIEW, form)
    Order.objects.update(state="paid")
    assert reviewer.post(REVIEW, form)["Location"] == order_path(Order.objects.get())


def test_another_visitors_key_does_not_order_a_persons_basket(
    reviewer: Client, alice: User, bob: User, a4: Variant
) -> None:
    alices = Basket.objects.create(user=alice)
    alices.lines.create(variant=a4, quantity=1, price_seen=a4.price)
    form = {**hidden(reviewer.get(REVIEW).text), "checkout_key": str(alices.key)}
    assert reviewer.post(REVIEW, form)["Location"] == BASKET
    reviewer.force_login(bob)
    assert reviewer.post(REVIEW, form)["Location"] == BASKET
    assert not Order.objects.exists()


@pytest.mark.parametrize("form", [{}, {"checkout_key": "x", "seen": "y"}, {"seen": "z" * 500}])
def test_a_nonsense_submit_shows_the_review_again(reviewer: Client, form: dict[str, str]) -> None:
    assert reviewer.post(REVIEW, form).status_code == 200
    assert not Order.objects.exists()


def test_the_review_needs_the_address_first(buyer: Client) -> None:
    assert buyer.get(REVIEW)["Location"] == START


def test_a_way_of_sending_that_was_switched_off_meanwhile_is_chosen_anew(reviewer: Client) -> None:
    form = hidden(reviewer.get(REVIEW).text)
    ShippingMethod.objects.update(active=False)
    assert reviewer.get(REVIEW)["Location"] == START
    assert reviewer.post(REVIEW, form)["Location"] == START
    assert not Order.objects.exists()


def test_without_a_basket_there_is_no_checkout(client: Client) -> None:
    assert client.get(START)["Location"] == BASKET
    assert client.post(REVIEW, {"checkout_key": str(uuid.uuid4()), "seen": "x"})["Location"] == BASKET


def test_what_sold_out_meanwhile_is_named(reviewer: Client, a4: Variant) -> None:
    form = hidden(reviewer.get(REVIEW).text)
    set_count(variant=a4, on_hand=1, reason=StockMovement.Reason.COUNT)
    page = reviewer.post(REVIEW, form, follow=True).text
    assert "Waves A4: only 1 left." in page
    assert not Order.objects.exists()
    assert StockItem.objects.get(pk=a4.pk).on_hand == 1


def test_a_price_that_changed_meanwhile_is_shown_before_it_is_charged(reviewer: Client) -> None:
    form = hidden(reviewer.get(REVIEW).text)
    Variant.objects.update(price="25.00")
    response = reviewer.post(REVIEW, form, follow=True)
    assert not Order.objects.exists()
    assert "€54.90" in response.text
    assert "no longer what you saw" in response.text
    reviewer.post(REVIEW, hidden(response.text))
    assert str(Order.objects.get().total) == "54.90"


@pytest.mark.parametrize("change", [{"street": "Calle Menor 2"}, {"shipping_method": "drone"}])
def test_what_was_changed_in_another_tab_is_shown_before_it_is_ordered(
    reviewer: Client, change: dict[str, str]
) -> None:
    ShippingMethod.objects.create(code="drone", name="Drone", price=standard().price)
    first_tab = hidden(reviewer.get(REVIEW).text)
    reviewer.post(START, FILLED_IN | change)
    response = reviewer.post(REVIEW, first_tab, follow=True)
    assert not Order.objects.exists()
    assert "no longer what you saw" in response.text
    reviewer.post(REVIEW, hidden(response.text))
    assert Order.objects.filter(**change).count() == 1


WRONG = [
    ("email", "not an address"),
    ("email", ""),
    ("email", "a@b\r\nBcc: all@example.com"),
    ("name", "   "),
    ("name", "x" * 201),
    ("name", "\x00"),
    ("street", "--"),
    ("postcode", "!!"),
    ("postcode", "1" * 40),
    ("city", ""),
    ("country", "XX"),
    ("country", ""),
    ("country", "españa"),
    ("phone", "call me"),
    ("shipping_method", "teleport"),
    ("shipping_method", ""),
]


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_what_is_wrong_is_said_beside_its_field(buyer: Client, field: str, value: str) -> None:
    response = buyer.post(START, {**FILLED_IN, field: value})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert str(response.context["form"].errors[field][0]) in response.text.replace("&#x27;", "'")
    assert not Order.objects.exists()


def test_a_way_of_sending_that_does_not_go_there_is_refused(buyer: Client) -> None:
    response = buyer.post(START, {**FILLED_IN, "country": "JP"})
    assert "cannot travel that way" in response.text


def test_the_ways_of_sending_follow_the_country(buyer: Client) -> None:
    ShippingMethod.objects.update_or_create(
        code="overseas", defaults={"name": "Overseas", "price": "17.90", "countries": ["JP"]}
    )
    part = buyer.get(START, {"country": "JP"}, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "Overseas" in part
    assert "Standard" not in part


def test_much_in_the_basket_travels_free(buyer: Client, a3: Variant) -> None:
    buyer.post(reverse("basket:add"), {"variant": a3.pk, "quantity": 3})
    page = buyer.post(START, FILLED_IN, follow=True).text
    assert "free" in page
    assert "€129.50" in page


def test_what_was_filled_in_is_there_when_one_goes_back(reviewer: Client) -> None:
    assert "Calle Mayor 1" in reviewer.get(START).text


def test_the_account_fills_in_what_it_knows(client: Client, a4: Variant, alice: User) -> None:
    client.force_login(alice)
    Address.objects.create(user=alice, name="Alice", street="Rue 2", postcode="75001", city="Paris", country="FR")
    client.post(reverse("basket:add"), {"variant": a4.pk})
    page = client.get(START).text
    assert "alice@example.com" in page
    assert "Rue 2" in page


def test_a_person_who_is_logged_in_gets_the_order_on_the_account(client: Client, a4: Variant, alice: User) -> None:
    client.force_login(alice)
    client.post(reverse("basket:add"), {"variant": a4.pk})
    client.post(START, FILLED_IN)
    client.post(REVIEW, hidden(client.get(REVIEW).text))
    assert Order.objects.get().user == alice


def test_countries_are_named_in_the_readers_language(buyer: Client) -> None:
    page = buyer.get(START, headers={"Accept-Language": "es"}).text
    assert "Alemania" in page


def test_where_nobody_takes_payments_the_orders_page_follows(buyer: Client, settings: Any) -> None:
    settings.PAYMENT_SANDBOX = False
    buyer.post(START, FILLED_IN)
    response = buyer.post(REVIEW, hidden(buyer.get(REVIEW).text))
    assert response["Location"] == order_path(Order.objects.get())


@pytest.mark.parametrize(("url", "queries"), [(START, 8), (REVIEW, 8)])
def test_the_number_of_queries_does_not_grow_with_the_basket(
    reviewer: Client, django_assert_max_num_queries: Any, url: str, queries: int
) -> None:
    for number in range(5):
        product = Product.objects.create(handle=f"more-{number}", name="More")
        variant = Variant.objects.create(product=product, price=1)
        set_count(variant=variant, on_hand=5, reason=StockMovement.Reason.COUNT)
        reviewer.post(reverse("basket:add"), {"variant": variant.pk})
    assert BasketLine.objects.count() == 6
    reviewer.get(url)
    with django_assert_max_num_queries(queries):
        reviewer.get(url)
