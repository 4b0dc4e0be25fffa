import pytest
from django.test import Client
from django.urls import reverse

from shop.basket.models import Basket, BasketLine
from shop.catalogue.models import Variant
from shop.customers.models import User
from shop.stock.ledger import set_count
from shop.stock.models import StockMovement
from tests.shop.buying import filled_basket

pytestmark = pytest.mark.django_db


def put_in(client: Client, variant: Variant, quantity: int) -> None:
    client.post(reverse("basket:add"), {"variant": variant.pk, "quantity": quantity})


def in_basket(user: User) -> dict[str, int]:
    lines = BasketLine.objects.filter(basket__user=user, basket__closed_at__isnull=True)
    return {line.variant.option1: line.quantity for line in lines}


def test_what_was_put_in_before_the_log_in_is_kept(client: Client, a4: Variant, alice: User) -> None:
    put_in(client, a4, 2)
    client.force_login(alice)
    assert in_basket(alice) == {"A4": 2}
    assert Basket.objects.count() == 1


def test_it_joins_what_the_account_holds(client: Client, a4: Variant, a3: Variant, alice: User) -> None:
    filled_basket(a4, 3, user=alice)
    put_in(client, a4, 2)
    put_in(client, a3, 1)
    client.force_login(alice)
    assert in_basket(alice) == {"A4": 5, "A3": 1}


def test_it_is_capped_to_what_there_is(client: Client, a4: Variant, alice: User) -> None:
    filled_basket(a4, 8, user=alice)
    put_in(client, a4, 8)
    client.force_login(alice)
    assert in_basket(alice) == {"A4": 10}


def test_what_is_gone_meanwhile_is_left_out(client: Client, a4: Variant, a3: Variant, alice: User) -> None:
    put_in(client, a4, 1)
    put_in(client, a3, 1)
    set_count(variant=a4, on_hand=0, reason=StockMovement.Reason.COUNT)
    client.force_login(alice)
    assert in_basket(alice) == {"A3": 1}


def test_after_the_log_out_the_basket_waits_for_its_owner(client: Client, a4: Variant, alice: User) -> None:
    client.force_login(alice)
    put_in(client, a4, 2)
    client.logout()
    assert "Nothing in it yet" in client.get(reverse("basket:show")).text
    client.force_login(alice)
    assert in_basket(alice) == {"A4": 2}


def test_a_log_in_by_the_form_merges_and_says_what_was_lost(client: Client, a4: Variant, alice: User) -> None:
    filled_basket(a4, 8, user=alice)
    put_in(client, a4, 8)
    words = {"login": alice.email, "password": "a long enough word"}
    client.post(reverse("account_login"), words)
    assert in_basket(alice) == {"A4": 10}
    assert "Not everything" in client.get(reverse("basket:show")).text
