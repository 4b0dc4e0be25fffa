import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core import mail

from chat.live.models import Event
from shop.orders.models import Order, OrderEvent
from shop.orders.steps import cancel_order, expire_order
from shop.payments.gateways import GatewayMessage, MessageKind
from shop.payments.models import GatewayEvent, Payment
from shop.payments.receiving import UnknownPayment, receive
from shop.payments.sandbox import SandboxGateway
from shop.payments.starting import NotPayable, NotRefundable, ask_refund, start_payment
from tests.shop.racing import all_at_once, postgres_under_test  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(order: Order) -> Payment:
    return start_payment(order=order, gateway=SandboxGateway())


def message(payment: Payment, kind: str = "paid", **changes: Any) -> GatewayMessage:
    told = GatewayMessage(
        gateway="sandbox",
        reference=payment.reference,
        event_id=str(uuid.uuid4()),
        kind=MessageKind(kind),
        amount=payment.amount,
        currency="EUR",
        body={},
    )
    return replace(told, **changes)


def states(payment: Payment) -> tuple[str, str]:
    payment.refresh_from_db()
    payment.order.refresh_from_db()
    return payment.state, payment.order.state


def test_paid_makes_the_order_paid_and_says_who_said_so(payment: Payment) -> None:
    event = receive(message(payment))
    assert event.outcome == "applied"
    assert states(payment) == ("paid", "paid")
    step = payment.order.events.last()
    assert step is not None
    assert (step.from_state, step.to_state, step.actor) == ("placed", "paid", "gateway:sandbox")


def test_the_customer_hears_by_mail_and_on_the_open_page(payment: Payment, work: Callable[[], int]) -> None:
    receive(message(payment))
    work()
    assert [sent.subject.split()[0] for sent in mail.outbox] == ["Your", "We"]
    told = Event.objects.filter(stream__key=f"order:{payment.order.key}").last()
    assert told is not None
    assert told.data == {"number": payment.order.number, "state": "paid"}


def test_the_same_event_again_does_nothing_twice(payment: Payment, work: Callable[[], int]) -> None:
    told = message(payment)
    first, again = receive(told), receive(told)
    assert first == again
    assert OrderEvent.objects.filter(to_state="paid").count() == 1
    assert work() == 2


def test_paid_in_two_events_counts_once(payment: Payment) -> None:
    receive(message(payment))
    assert receive(message(payment)).outcome == "nothing_new"
    assert OrderEvent.objects.filter(to_state="paid").count() == 1


def test_declined_leaves_the_order_waiting_and_the_page_is_told(payment: Payment) -> None:
    before = Event.objects.count()
    receive(message(payment, "declined"))
    assert states(payment) == ("declined", "placed")
    assert Event.objects.count() == before + 1


def test_after_a_decline_another_attempt_can_pay(payment: Payment) -> None:
    receive(message(payment, "declined"))
    second = start_payment(order=payment.order, gateway=SandboxGateway())
    assert second != payment
    receive(message(second))
    assert states(second) == ("paid", "paid")


def test_declined_that_comes_after_paid_changes_nothing(payment: Payment) -> None:
    receive(message(payment))
    assert receive(message(payment, "declined")).outcome == "out_of_order"
    assert states(payment) == ("paid", "paid")


def test_paid_that_comes_after_declined_is_believed(payment: Payment) -> None:
    receive(message(payment, "declined"))
    receive(message(payment))
    assert states(payment) == ("paid", "paid")


def test_a_second_step_is_shown_until_it_is_done(payment: Payment) -> None:
    receive(message(payment, "pending"))
    assert states(payment) == ("pending", "placed")
    receive(message(payment))
    assert states(payment) == ("paid", "paid")


@pytest.mark.parametrize("wrong", [{"amount": Decimal("0.01")}, {"currency": "USD"}])
def test_another_amount_or_currency_pays_nothing_and_is_recorded(payment: Payment, wrong: dict[str, Any]) -> None:
    assert receive(message(payment, **wrong)).outcome == "wrong_amount"
    assert states(payment) == ("started", "placed")
    assert payment.order.events.filter(note__contains="another amount").exists()


@pytest.mark.parametrize("close", [cancel_order, expire_order])
def test_money_that_comes_for_a_closed_order_is_recorded_to_be_given_back(
    payment: Payment, close: Callable[..., Order]
) -> None:
    closed = close(order=payment.order, actor="test")
    assert receive(message(payment)).outcome == "refund_due"
    assert states(payment) == ("paid", closed.state)
    assert payment.order.events.filter(note__contains="given back").exists()


def test_a_second_payment_of_a_paid_order_is_recorded_to_be_given_back(payment: Payment) -> None:
    receive(message(payment, "declined"))
    second = start_payment(order=payment.order, gateway=SandboxGateway())
    receive(message(second))
    assert receive(message(payment)).outcome == "refund_due"
    assert Payment.objects.filter(state="paid").count() == 1


def test_a_payment_that_nobody_started_is_refused(payment: Payment) -> None:
    with pytest.raises(UnknownPayment):
        receive(message(payment, reference=uuid.uuid4()))
    with pytest.raises(UnknownPayment):
        receive(message(payment, gateway="other"))


def test_pressing_pay_twice_starts_one_payment(payment: Payment) -> None:
    assert start_payment(order=payment.order, gateway=SandboxGateway()) == payment


def test_a_paid_order_cannot_be_paid_again(payment: Payment) -> None:
    receive(message(payment))
    with pytest.raises(NotPayable):
        start_payment(order=payment.order, gateway=SandboxGateway())


def test_a_refund_gives_back_what_was_paid(payment: Payment) -> None:
    receive(message(payment))
    ask_refund(payment=payment)
    receive(message(payment, "refunded"))
    assert states(payment) == ("refunded", "refunded")
    with pytest.raises(NotRefundable):
        ask_refund(payment=payment)


def test_more_than_was_paid_cannot_be_given_back(payment: Payment) -> None:
    receive(message(payment))
    assert receive(message(payment, "refunded", amount=payment.amount + 1)).outcome == "wrong_amount"
    assert states(payment) == ("paid", "paid")


@pytest.mark.django_db(transaction=True)
def test_two_identical_call_backs_at_once_pay_once(payment: Payment) -> None:
    results = all_at_once([partial(receive, message(payment, event_id="one"))] * 2)
    assert results[0] == results[1]
    assert GatewayEvent.objects.count() == 1
    assert OrderEvent.objects.filter(to_state="paid").count() == 1


@pytest.mark.django_db(transaction=True)
def test_paid_and_cancelled_at_once_end_in_one_true_story(payment: Payment) -> None:
    all_at_once([partial(receive, message(payment)), partial(cancel_order, order=payment.order, actor="test")])
    assert states(payment) == ("paid", "cancelled")
