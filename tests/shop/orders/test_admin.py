import pytest
from django.test import Client
from django.urls import reverse

from shop.customers.models import User
from shop.orders.models import Order
from shop.orders.steps import mark_paid
from shop.stock.models import StockItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def act(office: Client, action: str, order: Order) -> str:
    data = {"action": action, "_selected_action": [order.pk]}
    return office.post(reverse("admin:orders_order_changelist"), data, follow=True).text


def test_a_paid_order_is_marked_as_shipped_in_the_staffs_name(office: Client, order: Order, staff: User) -> None:
    mark_paid(order=order, actor="test")
    act(office, "mark_as_shipped", order)
    step = order.events.last()
    assert step is not None
    assert (step.to_state, step.by, step.actor) == ("shipped", staff, "staff")


def test_an_illegal_step_is_explained(office: Client, order: Order) -> None:
    assert "cannot become" in act(office, "mark_as_shipped", order)
    order.refresh_from_db()
    assert order.state == "placed"


def test_cancelling_puts_the_goods_back(office: Client, order: Order) -> None:
    act(office, "cancel", order)
    assert StockItem.objects.get(variant__sku="WAVES-A4").on_hand == 10


@pytest.mark.parametrize("model", ["orders_order", "payments_payment", "stock_stockitem", "checkout_shippingmethod"])
def test_the_lists_open(office: Client, order: Order, model: str) -> None:
    assert office.get(reverse(f"admin:{model}_changelist")).status_code == 200


def test_an_order_opens_and_cannot_be_rewritten(office: Client, order: Order) -> None:
    url = reverse("admin:orders_order_change", args=[order.pk])
    assert order.number in office.get(url).text
    office.post(url, {"total": "0.00", "state": "paid"})
    order.refresh_from_db()
    assert (order.state, str(order.total)) == ("placed", "44.70")


def test_a_count_in_the_admin_is_a_movement_with_a_name(office: Client, order: Order, staff: User) -> None:
    item = StockItem.objects.get(variant__sku="WAVES-A4")
    url = reverse("admin:stock_stockitem_change", args=[item.pk])
    inline = {"movements-TOTAL_FORMS": 0, "movements-INITIAL_FORMS": 0}
    office.post(url, {"on_hand": "25", "tracked": "on", **inline})
    movement = item.movements.last()
    assert movement is not None
    assert (movement.delta, movement.by) == (17, staff)
    assert "cannot be below" in office.post(url, {"on_hand": "-2", "tracked": "on", **inline}).text
