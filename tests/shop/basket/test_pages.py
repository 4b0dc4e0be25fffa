from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from shop.basket.models import Basket, BasketLine
from shop.catalogue.models import Product, Variant
from shop.customers.models import User
from shop.stock.ledger import set_count
from shop.stock.models import StockMovement
from tests.shop.buying import filled_basket

pytestmark = pytest.mark.django_db

SHOW = reverse("basket:show")
ADD = reverse("basket:add")


def change(line: BasketLine) -> str:
    return reverse("basket:change", args=[line.pk])


def test_a_guest_puts_something_in_and_sees_it(client: Client, a4: Variant) -> None:
    page = client.post(ADD, {"variant": a4.pk, "quantity": 2}, follow=True).text
    assert "Waves" in page
    assert "€39.80" in page
    assert "is in your basket" in page


def test_two_guests_have_two_baskets(a4: Variant, a3: Variant) -> None:
    one, other, neither = Client(), Client(), Client()
    one.post(ADD, {"variant": a4.pk})
    other.post(ADD, {"variant": a3.pk, "quantity": 2})
    assert [("€19.90" in page, "€59.80" in page) for page in (visitor.get(SHOW).text for visitor in (one, other))] == [
        (True, False),
        (False, True),
    ]
    assert "Nothing in it yet" in neither.get(SHOW).text
    # A session that still names its ordered basket is nobody else's.
    Basket.objects.filter(lines__variant=a4).update(closed_at=timezone.now())
    assert "Nothing in it yet" in one.get(SHOW).text


def test_an_empty_basket_helps_on(client: Client) -> None:
    page = client.get(SHOW).text
    assert "Nothing in it yet" in page
    assert reverse("catalogue:list") in page


def test_asking_for_more_than_there_is_says_so(client: Client, a4: Variant) -> None:
    page = client.post(ADD, {"variant": a4.pk, "quantity": 50}, follow=True).text
    assert "there are no more to be had" in page
    assert BasketLine.objects.get().quantity == 10


@pytest.mark.parametrize("quantity", ["0", "-1", "100", "1e9", "many", "9" * 40, "\x00"])
def test_a_nonsense_quantity_puts_nothing_in(client: Client, a4: Variant, quantity: str) -> None:
    response = client.post(ADD, {"variant": a4.pk, "quantity": quantity})
    assert response.status_code == 302
    assert not BasketLine.objects.exists()


@pytest.mark.parametrize("variant", ["", "0", "x", "9" * 30, "-1"])
def test_a_nonsense_variant_is_explained(client: Client, a4: Variant, variant: str) -> None:
    page = client.post(ADD, {"variant": variant, "quantity": 1}, follow=True)
    assert page.status_code == 200
    assert not BasketLine.objects.exists()


def test_what_is_gone_sends_back_to_its_page_with_a_word(client: Client, a4: Variant) -> None:
    set_count(variant=a4, on_hand=0, reason=StockMovement.Reason.COUNT)
    response = client.post(ADD, {"variant": a4.pk, "quantity": 1})
    assert response["Location"] == a4.product.get_absolute_url()


def test_quantities_change_and_zero_removes(client: Client, a4: Variant) -> None:
    client.post(ADD, {"variant": a4.pk})
    line = BasketLine.objects.get()
    assert "€59.70" in client.post(change(line), {"quantity": 3}, follow=True).text
    assert "Nothing in it yet" in client.post(change(line), {"quantity": 0}, follow=True).text


@pytest.mark.parametrize("quantity", ["", "-1", "100", "two", "1.5"])
def test_a_nonsense_change_is_explained_beside_its_field(client: Client, a4: Variant, quantity: str) -> None:
    client.post(ADD, {"variant": a4.pk, "quantity": 2})
    line = BasketLine.objects.get()
    response = client.post(change(line), {"quantity": quantity})
    assert response.status_code == 200
    assert f'id="error-{line.pk}"' in response.text
    line.refresh_from_db()
    assert line.quantity == 2


def test_with_htmx_only_the_part_comes_back(client: Client, a4: Variant) -> None:
    client.post(ADD, {"variant": a4.pk})
    response = client.post(change(BasketLine.objects.get()), {"quantity": 20}, headers={"HX-Request": "true"})
    assert "<html" not in response.text
    assert 'id="basket"' in response.text
    assert 'id="basket-count" hx-swap-oob="true"' in response.text
    assert "no more to be had" in response.text


def test_nobody_reaches_anothers_line(client: Client, a4: Variant, alice: User, bob: User) -> None:
    guests = filled_basket(a4).lines.get()
    alices = filled_basket(a4, user=alice).lines.get()
    assert client.post(change(guests), {"quantity": 5}).status_code == 404
    assert client.post(change(alices), {"quantity": 5}).status_code == 404
    client.force_login(bob)
    assert client.post(change(guests), {"quantity": 5}).status_code == 404
    assert client.post(change(alices), {"quantity": 5}).status_code == 404
    assert set(BasketLine.objects.values_list("quantity", flat=True)) == {1}


def test_a_session_that_names_a_persons_basket_does_not_open_it(client: Client, a4: Variant, alice: User) -> None:
    basket = filled_basket(a4, user=alice)
    session = client.session
    session["basket"] = str(basket.key)
    session.save()
    assert "Nothing in it yet" in client.get(SHOW).text


def test_a_broken_word_in_the_session_is_no_basket(client: Client) -> None:
    session = client.session
    session["basket"] = "not a key"
    session.save()
    assert client.get(SHOW).status_code == 200


def test_putting_in_needs_a_csrf_token(a4: Variant) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(ADD, {"variant": a4.pk}).status_code == 403


def test_a_changed_price_is_told_on_the_page(client: Client, a4: Variant) -> None:
    client.post(ADD, {"variant": a4.pk})
    Variant.objects.filter(pk=a4.pk).update(price="24.90")
    page = client.get(SHOW).text
    assert "from €19.90 to €24.90" in page


def test_a_variant_that_left_the_shop_stops_the_checkout(client: Client, a4: Variant) -> None:
    client.post(ADD, {"variant": a4.pk})
    Product.objects.update(status="archived")
    page = client.get(SHOW).text
    assert "none of it left" in page
    assert reverse("checkout:start") not in page


def test_the_number_of_queries_does_not_grow_with_the_basket(
    client: Client, a4: Variant, django_assert_max_num_queries: Any
) -> None:
    client.post(ADD, {"variant": a4.pk})
    client.get(SHOW)
    with django_assert_max_num_queries(QUERIES) as few:
        client.get(SHOW)
    for number in range(5):
        product = Product.objects.create(handle=f"more-{number}", name="More")
        variant = Variant.objects.create(product=product, price=1)
        set_count(variant=variant, on_hand=5, reason=StockMovement.Reason.COUNT)
        client.post(ADD, {"variant": variant.pk})
    client.get(SHOW)
    with django_assert_max_num_queries(QUERIES) as many:
        client.get(SHOW)
    assert len(many) == len(few)


# The session, the basket, its lines with their goods, options and pictures; in the header, categories and the count.
QUERIES = 7


def test_the_count_in_the_header_asks_nothing_for_a_stranger(
    rf: RequestFactory, django_assert_num_queries: Any
) -> None:

    request = rf.get("/")
    request.user, request.session = AnonymousUser(), SessionStore()
    with django_assert_num_queries(0):
        assert Template("{% load basket %}{% basket_count %}").render(Context({"request": request})) == "0"


def test_the_count_in_the_header_counts_pieces(rf: RequestFactory, a4: Variant, alice: User) -> None:
    filled_basket(a4, 3, user=alice)
    request = rf.get("/")
    request.user = alice
    assert Template("{% load basket %}{% basket_count %}").render(Context({"request": request})) == "3"
    assert Basket.objects.count() == 1
