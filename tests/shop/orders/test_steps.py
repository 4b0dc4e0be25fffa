from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import translation

from chat.live.models import Event
from shop.catalogue.models import Variant
from shop.customers.models import User
from shop.orders.models import Order
from shop.orders.states import IllegalTransition
from shop.orders.steps import cancel_order, deliver_order, expire_order, mark_paid, ship_order
from shop.stock.models import StockItem
from tests.shop.buying import buy, filled_basket

pytestmark = pytest.mark.django_db


def test_an_order_goes_its_way_and_every_step_says_who_and_when(order: Order, staff: User) -> None:
    mark_paid(order=order, actor="gateway:sandbox")
    ship_order(order=order, actor="staff", by=staff)
    deliver_order(order=order, actor="staff", by=staff)
    steps = [(event.from_state, event.to_state, event.actor, event.by) for event in order.events.all()]
    assert steps == [
        ("", "placed", "customer", None),
        ("placed", "paid", "gateway:sandbox", None),
        ("paid", "shipped", "staff", staff),
        ("shipped", "delivered", "staff", staff),
    ]
    assert all(event.at for event in order.events.all())


def test_an_illegal_step_changes_nothing(order: Order) -> None:
    with pytest.raises(IllegalTransition):
        ship_order(order=order, actor="staff")
    order.refresh_from_db()
    assert order.state == "placed"
    assert order.events.count() == 1


def test_a_stale_copy_of_the_order_cannot_take_a_step_twice(order: Order) -> None:
    stale = Order.objects.get(pk=order.pk)
    mark_paid(order=order, actor="one")
    with pytest.raises(IllegalTransition):
        mark_paid(order=stale, actor="two")


@pytest.mark.parametrize("close", [cancel_order, expire_order])
def test_a_closed_order_puts_its_goods_back(order: Order, a4: Variant, close: Callable[..., Order]) -> None:
    assert StockItem.objects.get(pk=a4.pk).on_hand == 8
    close(order=order, actor="test")
    assert StockItem.objects.get(pk=a4.pk).on_hand == 10


def test_the_mails_are_in_the_orders_language_whatever_the_worker_speaks(a4: Variant, work: Callable[[], int]) -> None:
    order = buy(filled_basket(a4), language="es")
    with translation.override("en"):
        mark_paid(order=order, actor="test")
        work()
    assert [sent.to for sent in mail.outbox] == [["carol@example.com"]] * 2
    assert all("Olas" in str(sent.body) and "España" in str(sent.body) for sent in mail.outbox)
    assert all("€" in str(sent.body) for sent in mail.outbox)


def test_the_customer_is_told_on_every_page_and_others_are_not(a4: Variant, alice: User, bob: User) -> None:
    order = buy(filled_basket(a4, user=alice))
    mark_paid(order=order, actor="test")
    told = Event.objects.filter(stream__key=f"user:{alice.pk}").last()
    assert told is not None
    assert told.data["state"] == "paid"
    assert order.number in told.data["text"]
    assert not Event.objects.filter(stream__key=f"user:{bob.pk}").exists()
