import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import urllib3
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from shop.orders.links import order_path
from shop.orders.models import Order
from shop.payments import delivery
from shop.payments.delivery import NotDelivered, deliver
from shop.payments.gateways import MessageKind
from shop.payments.models import GatewayEvent, Payment
from shop.payments.sandbox import SandboxGateway, send
from shop.payments.signature import SIGNATURE_HEADER, signature_of, signed_body
from shop.payments.starting import start_payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(order: Order) -> Payment:
    payment = start_payment(order=order, gateway=SandboxGateway())
    DBTaskResult.objects.all().delete()
    return payment


def facts(payment: Payment, **changes: Any) -> dict[str, Any]:
    told = {"id": "1", "reference": str(payment.reference), "kind": "paid", "currency": "EUR"}
    return {**told, "amount": str(payment.amount), **changes}


def post(client: Client, body: bytes, signature: str, gateway: str = "sandbox") -> Any:
    url = reverse("payments:callback", args=[gateway])
    return client.post(url, body, content_type="application/json", headers={SIGNATURE_HEADER: signature})


def test_a_signed_call_back_is_believed_without_a_csrf_token(payment: Payment) -> None:
    response = post(Client(enforce_csrf_checks=True), *signed_body(facts(payment)))
    assert (response.status_code, response.json()) == (200, {"outcome": "applied"})
    payment.order.refresh_from_db()
    assert payment.order.state == "paid"


def test_a_replay_is_answered_with_200_and_does_nothing(client: Client, payment: Payment) -> None:
    body, signature = signed_body(facts(payment))
    assert [post(client, body, signature).status_code for _time in range(2)] == [200, 200]
    assert GatewayEvent.objects.count() == 1


@pytest.mark.parametrize("signature", ["", "0" * 64, "é"])
def test_a_wrong_signature_is_refused_and_changes_nothing(client: Client, payment: Payment, signature: str) -> None:
    body, _right = signed_body(facts(payment))
    assert post(client, body, signature).status_code == 400
    assert not GatewayEvent.objects.exists()


def test_a_changed_body_is_refused(client: Client, payment: Payment) -> None:
    body, signature = signed_body(facts(payment, kind="declined"))
    assert post(client, body.replace(b"declined", b"paid"), signature).status_code == 400


def test_an_old_call_back_is_refused(client: Client, payment: Payment) -> None:
    old = {**facts(payment), "sent_at": (timezone.now() - timedelta(minutes=6)).isoformat()}
    body = json.dumps(old).encode()
    assert post(client, body, signature_of(body)).status_code == 400


@pytest.mark.parametrize(
    "nonsense",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b'{"id": 1}',
        b'{"sent_at": 5}',
        b'{"sent_at": "2026-01-01T00:00:00"}',
    ],
)
def test_signed_nonsense_is_refused(client: Client, payment: Payment, nonsense: bytes) -> None:
    assert post(client, nonsense, signature_of(nonsense)).status_code == 400


@pytest.mark.parametrize("changes", [{"amount": "NaN"}, {"amount": "x"}, {"kind": "free"}, {"reference": "1"}])
def test_signed_facts_that_make_no_sense_are_refused(client: Client, payment: Payment, changes: dict[str, str]) -> None:
    assert post(client, *signed_body(facts(payment, **changes))).status_code == 400


def test_a_large_body_is_refused_unread(client: Client, payment: Payment) -> None:
    body = b" " * 20_000
    assert post(client, body, signature_of(body)).status_code == 413


def test_an_unknown_gateway_is_not_found(client: Client, payment: Payment) -> None:
    assert post(client, *signed_body(facts(payment)), gateway="other").status_code == 404


def test_a_browser_gets_no_call_back_page(client: Client) -> None:
    assert client.get(reverse("payments:callback", args=["sandbox"])).status_code == 405


def test_the_worker_posts_the_signed_word_to_the_shop(
    client: Client, payment: Payment, work: Callable[[], int], settings: Any
) -> None:
    settings.PAYMENT_CALLBACK_URL = "http://127.0.0.1:1"
    sent: list[tuple[str, str, bytes, dict[str, str]]] = []

    def request(self: object, method: str, url: str, *, body: bytes, headers: dict[str, str], **options: Any) -> Any:
        sent.append((method, url, body, headers))
        return urllib3.HTTPResponse(status=200)

    send(payment, MessageKind.PAID)
    with patch.object(urllib3.PoolManager, "request", request):
        assert work() == 1
    [(method, url, body, headers)] = sent
    assert (method, url) == ("POST", "http://127.0.0.1:1/payments/callback/sandbox/")
    assert headers["Host"] == "localhost:8080"
    assert post(client, body, headers[SIGNATURE_HEADER]).status_code == 200


def test_the_call_back_of_a_site_with_tls_is_not_sent_on_to_https(
    client: Client, payment: Payment, settings: Any
) -> None:
    """The worker asks an inner address without TLS, as the proxy that ends it does."""
    settings.SITE_URL = "https://shop.example.org"
    settings.ALLOWED_HOSTS = ["shop.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    def request(self: object, method: str, url: str, *, body: bytes, headers: dict[str, str], **options: Any) -> Any:
        path = url.removeprefix(settings.PAYMENT_CALLBACK_URL)
        answer = client.post(path, body, content_type=headers["Content-Type"], headers=headers)
        return urllib3.HTTPResponse(status=answer.status_code)

    with patch.object(urllib3.PoolManager, "request", request):
        deliver.call(gateway="sandbox", facts=facts(payment), attempt=0)
    payment.refresh_from_db()
    assert payment.state == "paid"


def test_a_shop_that_does_not_answer_is_asked_again_later(payment: Payment, settings: Any) -> None:
    settings.PAYMENT_CALLBACK_URL = "http://127.0.0.1:1"
    deliver.call(gateway="sandbox", facts=facts(payment), attempt=0)
    again = DBTaskResult.objects.get()
    assert again.run_after > timezone.now()
    assert again.args_kwargs["kwargs"]["attempt"] == 1


def test_the_last_failed_attempt_is_a_failure(payment: Payment, settings: Any) -> None:
    settings.PAYMENT_CALLBACK_URL = "http://127.0.0.1:1"
    with pytest.raises(NotDelivered):
        deliver.call(gateway="sandbox", facts=facts(payment), attempt=len(delivery.RETRY_AFTER_SECONDS))
    assert not DBTaskResult.objects.exists()


def test_a_refusal_is_not_repeated(payment: Payment) -> None:
    with patch.object(delivery, "_post", return_value=400), pytest.raises(NotDelivered):
        deliver.call(gateway="sandbox", facts=facts(payment), attempt=0)
    assert not DBTaskResult.objects.exists()


def test_without_the_sandbox_its_pages_are_not_there(client: Client, payment: Payment, settings: Any) -> None:
    settings.PAYMENT_SANDBOX = False
    assert client.get(reverse("payments:sandbox", args=[payment.reference])).status_code == 404
    assert post(client, *signed_body(facts(payment))).status_code == 404
    response = client.post(reverse("payments:pay", args=[order_path(payment.order).split("/")[2]]))
    assert response["Location"] == order_path(payment.order)
