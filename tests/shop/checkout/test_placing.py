import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core import mail
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from chat.live.models import Event
from shop.basket.contents import add_variant
from shop.basket.models import Basket
from shop.catalogue.models import Product, ProductOption, Variant
from shop.checkout.models import ShippingMethod
from shop.checkout.placing import EmptyBasket, NoSuchShipping, NotAsShown, place_order
from shop.customers.models import User
from shop.orders.models import Order
from shop.stock.ledger import OutOfStock
from shop.stock.models import StockItem, StockMovement
from tests.shop.buying import CAROL, buy, filled_basket, seal, standard

pytestmark = pytest.mark.django_db


def test_a_basket_becomes_an_order_that_adds_up(a4: Variant, a3: Variant) -> None:
    basket = filled_basket(a4, 2)
    add_variant(basket=basket, variant=a3, quantity=1)
    order = buy(basket)
    assert order.state == "placed"
    assert order.goods_total == Decimal("69.70")
    assert order.shipping_total == Decimal("4.90")
    assert order.total == Decimal("74.60")
    assert order.tax_total == sum(line.tax for line in order.lines.all()) + Decimal("0.85")
    assert [(line.sku, line.quantity) for line in order.lines.all()] == [("WAVES-A4", 2), ("WAVES-A3", 1)]


def test_the_goods_leave_the_stock_under_the_orders_number(order: Order, a4: Variant) -> None:
    assert StockItem.objects.get(pk=a4.pk).on_hand == 8
    assert StockMovement.objects.get(reference=order.number).delta == -2


def test_the_basket_is_closed_and_stays(a4: Variant) -> None:
    basket = filled_basket(a4)
    buy(basket)
    basket.refresh_from_db()
    assert basket.closed_at is not None
    assert basket.lines.count() == 1


def test_the_same_checkout_again_gives_the_same_order(a4: Variant) -> None:
    basket = filled_basket(a4)
    seen = seal(basket, standard())
    assert buy(basket, seen=seen) == buy(basket, seen=seen)
    assert StockItem.objects.get(pk=a4.pk).on_hand == 9


def test_another_checkout_of_an_ordered_basket_finds_it_empty(a4: Variant) -> None:
    basket = filled_basket(a4)
    buy(basket)
    with pytest.raises(EmptyBasket):
        buy(basket, checkout_key=uuid.uuid4())


def test_an_empty_basket_makes_no_order() -> None:
    with pytest.raises(EmptyBasket):
        buy(Basket.objects.create())


def test_a_shortage_leaves_everything_as_it_was(a4: Variant, a3: Variant) -> None:
    basket = filled_basket(a3, 2)
    add_variant(basket=basket, variant=a4, quantity=3)
    StockMovement.objects.create(item_id=a4.pk, delta=-8, reason=StockMovement.Reason.ADJUST)
    StockItem.objects.filter(pk=a4.pk).update(on_hand=2)
    with pytest.raises(OutOfStock) as refusal:
        buy(basket)
    assert [(short.variant_id, short.left) for short in refusal.value.shortages] == [(a4.pk, 2)]
    assert not Order.objects.exists()
    assert not DBTaskResult.objects.exists()
    assert StockItem.objects.get(pk=a3.pk).on_hand == 10
    basket.refresh_from_db()
    assert basket.closed_at is None


def test_what_is_no_longer_on_sale_counts_as_none_left(a4: Variant) -> None:
    basket = filled_basket(a4)
    Product.objects.filter(pk=a4.product_id).update(status="draft")
    with pytest.raises(OutOfStock):
        buy(basket)


def test_a_price_that_the_customer_did_not_see_is_refused(a4: Variant) -> None:
    basket = filled_basket(a4)
    seen = seal(basket, standard())
    Variant.objects.filter(pk=a4.pk).update(price=Decimal("25.00"))
    with pytest.raises(NotAsShown):
        buy(basket, seen=seen)


def test_goods_added_in_another_tab_are_not_ordered_unseen(a4: Variant, a3: Variant) -> None:
    basket = filled_basket(a4)
    seen = seal(basket, standard())
    add_variant(basket=basket, variant=a3, quantity=1)
    with pytest.raises(NotAsShown):
        buy(basket, seen=seen)


def test_a_dearer_shipping_that_the_customer_did_not_see_is_refused(a4: Variant) -> None:
    basket = filled_basket(a4)
    seen = seal(basket, standard())
    ShippingMethod.objects.filter(code="standard").update(price=9)
    with pytest.raises(NotAsShown):
        buy(basket, seen=seen)


def test_a_way_of_sending_that_does_not_go_there_is_refused(a4: Variant) -> None:
    basket = filled_basket(a4)
    method = ShippingMethod.objects.create(code="local", name="Local", price=Decimal(1), countries=["ES"])
    with pytest.raises(NoSuchShipping):
        place_order(
            basket=basket,
            checkout_key=basket.key,
            details=replace(CAROL, country="FR"),
            method=method,
            seen=seal(basket, method),
            language="en",
        )


def test_names_are_kept_in_the_language_of_the_order(a4: Variant) -> None:
    ProductOption.objects.filter(product=a4.product).update(translations={"es": {"values": {"A4": "Folio"}}})
    line = buy(filled_basket(a4), language="es").lines.get()
    assert (line.name, line.option_text) == ("Olas", "Folio")


def test_later_prices_and_names_do_not_reach_the_order(order: Order, a4: Variant) -> None:
    Variant.objects.filter(pk=a4.pk).update(price=99)
    Product.objects.filter(pk=a4.product_id).update(name="Ripples")
    line = order.lines.get()
    assert (line.name, line.unit_price, line.total) == ("Waves", Decimal("19.90"), Decimal("39.80"))


def test_the_first_event_says_who_ordered(a4: Variant, alice: User) -> None:
    order = buy(filled_basket(a4, user=alice))
    event = order.events.get()
    assert (event.from_state, event.to_state, event.by) == ("", "placed", alice)


def test_the_customers_open_pages_are_told(a4: Variant, alice: User) -> None:
    order = buy(filled_basket(a4, user=alice))
    event = Event.objects.get(stream__key=f"user:{alice.pk}")
    assert event.kind == "order.state"
    assert event.data["number"] == order.number
    assert event.data["url"].startswith("/orders/")


def test_the_mail_waits_for_the_commit_and_the_worker(a4: Variant, work: Callable[[], int]) -> None:
    basket = filled_basket(a4)
    with transaction.atomic():
        buy(basket)
        transaction.set_rollback(True)
    assert work() == 0
    order = buy(basket)
    assert mail.outbox == []
    assert work() == 1
    [sent] = mail.outbox
    assert sent.to == ["carol@example.com"]
    assert order.number in sent.subject
    assert "Waves" in sent.body
    assert "/orders/" in sent.body
    assert isinstance(sent, mail.EmailMultiAlternatives)
    assert "Waves" in str(sent.alternatives[0][0])
