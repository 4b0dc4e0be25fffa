import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from shop.orders.links import order_path, signed_word
from shop.orders.models import Order
from shop.payments.models import Payment
from shop.payments.sandbox import SandboxGateway
from shop.payments.starting import start_payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(order: Order) -> str:
    payment = start_payment(order=order, gateway=SandboxGateway())
    DBTaskResult.objects.all().delete()
    return reverse("payments:sandbox", args=[payment.reference])


def told() -> list[str]:
    """What the bank is about to tell the shop."""
    return [task.args_kwargs["kwargs"]["facts"]["kind"] for task in DBTaskResult.objects.order_by("enqueued_at")]


def test_pay_now_leads_to_the_bank(client: Client, order: Order) -> None:
    response = client.post(reverse("payments:pay", args=[signed_word(order)]))
    assert response["Location"] == reverse("payments:sandbox", args=[Payment.objects.get().reference])


def test_pay_now_needs_the_orders_own_link(client: Client, order: Order) -> None:
    assert client.post(reverse("payments:pay", args=[f"{order.key.hex}.wrong"])).status_code == 404


def test_the_page_says_sandbox_and_how_much(client: Client, page: str) -> None:
    response = client.get(page)
    assert "sandbox" in response.text.casefold()
    assert "€44.70" in response.text


def test_approving_returns_to_the_order_and_tells_the_shop_later(client: Client, order: Order, page: str) -> None:
    response = client.post(page, {"decision": "approve", "news": "once"})
    assert response["Location"] == order_path(order)
    order.refresh_from_db()
    assert order.state == "placed"
    assert told() == ["paid"]


def test_declining_tells_the_shop(client: Client, page: str) -> None:
    client.post(page, {"decision": "decline"})
    assert told() == ["declined"]


def test_the_second_step_asks_a_code_and_knows_it(client: Client, order: Order, page: str) -> None:
    assert "123" in client.post(page, {"decision": "second_step"}).text
    assert told() == ["pending"]
    assert "This is not the code" in client.post(page, {"decision": "code", "code": "321"}).text
    assert client.post(page, {"decision": "code", "code": "123"})["Location"] == order_path(order)
    assert told() == ["pending", "paid"]


def test_the_shop_can_hear_twice_late_and_out_of_order(client: Client, page: str) -> None:
    client.post(page, {"decision": "approve", "news": "twice"})
    first, second = DBTaskResult.objects.all()
    assert first.args_kwargs == second.args_kwargs
    DBTaskResult.objects.all().delete()
    client.post(page, {"decision": "approve", "news": "late"})
    assert not DBTaskResult.objects.ready().exists()
    DBTaskResult.objects.all().delete()
    client.post(page, {"decision": "approve", "news": "out_of_order"})
    assert told() == ["declined", "paid"]


@pytest.mark.parametrize("nonsense", [{}, {"decision": "steal"}, {"decision": "approve", "news": "never"}])
def test_nonsense_is_answered_with_the_page(client: Client, page: str, nonsense: dict[str, str]) -> None:
    response = client.post(page, nonsense)
    assert response.status_code == 200
    assert told() == []


def test_a_decided_payment_cannot_be_decided_again(client: Client, page: str) -> None:
    Payment.objects.update(state="paid")
    assert "decided already" in client.post(page, {"decision": "decline"}).text
    assert told() == []


def test_an_unknown_reference_is_not_found(client: Client, page: str) -> None:
    assert client.get(reverse("payments:sandbox", args=[uuid.uuid4()])).status_code == 404
