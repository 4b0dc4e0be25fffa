from __future__ import annotations

from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from shop.catalogue.models import Variant
from shop.customers.models import User
from shop.orders.links import order_path, signed_word
from shop.orders.models import Order
from shop.orders.steps import cancel_order, mark_paid
from shop.payments.sandbox import SandboxGateway
from shop.payments.starting import start_payment
from tests.shop.buying import buy, filled_basket

pytestmark = pytest.mark.django_db

LIST = reverse("orders:list")


def test_the_signed_link_opens_the_order_to_a_guest(client: Client, order: Order) -> None:
    page = client.get(order_path(order)).text
    for word in (order.number, "Waves", "€39.80", "€4.90", "€44.70", "Calle Mayor 1", "Spain", "Pay now"):
        assert word in page


def test_a_tampered_link_is_not_found(client: Client, order: Order, a4: Variant) -> None:
    other = buy(filled_basket(a4))
    key, _dot, signature = signed_word(order).partition(".")
    words = [
        key,
        str(order.key),
        order.number,
        f"{other.key.hex}.{signature}",
        f"{key}.{signature[:-1]}",
        signing.Signer(salt="another", sep=".").sign(key),
        signing.Signer(salt="shop.orders.link", sep=".").sign("not a key"),
    ]
    for word in words:
        assert client.get(reverse("orders:show", args=[word])).status_code == 404
        assert client.get(reverse("orders:status", args=[word])).status_code == 404


def test_an_order_that_is_gone_is_not_found(client: Client, order: Order) -> None:
    path = order_path(order)
    order.delete()
    assert client.get(path).status_code == 404


def test_a_mail_scanner_may_look_whether_the_link_works(client: Client, order: Order) -> None:
    assert client.head(order_path(order)).status_code == 200
    assert client.post(order_path(order)).status_code == 405


def test_the_page_is_kept_out_of_caches_and_searches(client: Client, order: Order) -> None:
    response = client.get(order_path(order))
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "same-origin"


def test_the_page_follows_the_orders_stream(client: Client, order: Order) -> None:
    page = client.get(order_path(order)).text
    assert f'data-live-stream="order:{order.key}"' in page
    assert "data-live-ticket=" in page
    assert 'data-live-seq="1"' in page
    assert 'hx-trigger="live:event, live:reset"' in page


def test_the_part_that_changes_says_paid_once_it_is(client: Client, order: Order) -> None:
    status = reverse("orders:status", args=[signed_word(order)])
    assert "Pay now" in client.get(status).text
    mark_paid(order=order, actor="test")
    part = client.get(status).text
    assert "Your payment is here" in part
    assert "Pay now" not in part
    assert "<html" not in part


def test_a_declined_payment_is_explained_and_can_be_tried_again(client: Client, order: Order) -> None:
    payment = start_payment(order=order, gateway=SandboxGateway())
    payment.state = "declined"
    payment.save(update_fields=["state"])
    page = client.get(order_path(order)).text
    assert "was declined" in page
    assert "Pay now" in page


def test_a_cancelled_order_cannot_be_paid_and_says_why(client: Client, order: Order) -> None:
    cancel_order(order=order, actor="test", note="secret word of the staff")
    page = client.get(order_path(order)).text
    assert "was cancelled" in page
    assert "Pay now" not in page
    assert "secret word" not in page


def test_the_list_shows_ones_own_orders_alone(client: Client, a4: Variant, alice: User, bob: User) -> None:
    hers, his = buy(filled_basket(a4, 3, user=alice)), buy(filled_basket(a4, user=bob))
    client.force_login(alice)
    page = client.get(LIST).text
    assert hers.number in page
    assert "3 pieces" in page
    assert his.number not in page


def test_the_list_needs_a_log_in(client: Client) -> None:
    response = client.get(LIST)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999"])
def test_a_nonsense_page_number_still_shows_a_page(client: Client, alice: User, page: str) -> None:
    client.force_login(alice)
    assert client.get(LIST, {"page": page}).status_code == 200


def test_the_number_of_queries_is_the_same_for_every_order(
    client: Client, order: Order, a4: Variant, a3: Variant, django_assert_max_num_queries: Any
) -> None:
    basket = filled_basket(a4)
    basket.lines.create(variant=a3, quantity=1, price_seen=a3.price)
    big = buy(basket)
    with django_assert_max_num_queries(9):
        client.get(order_path(order))
    with django_assert_max_num_queries(9):
        client.get(order_path(big))


def test_the_list_asks_as_much_for_many_as_for_one(
    client: Client, a4: Variant, alice: User, django_assert_max_num_queries: Any
) -> None:
    for _order in range(4):
        buy(filled_basket(a4, user=alice))
    client.force_login(alice)
    # Two of them are what is unread in the chat, which the head of every page of somebody who is known says.
    with django_assert_max_num_queries(8):
        client.get(LIST)
