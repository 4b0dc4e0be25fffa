"""The sandbox gateway: a bank that moves no money. Its page is its own; its word comes as a signed call-back over HTTP,
sent by the worker, at once or late, once or twice, in or out of order."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from shop.payments import delivery
from shop.payments.gateways import CallbackRefused, GatewayMessage, MessageKind
from shop.payments.models import Payment
from shop.payments.signature import SIGNATURE_HEADER, signature_of

MAX_AGE = timedelta(minutes=5)


class SandboxGateway:
    name = "sandbox"

    def start(self, payment: Payment) -> str:
        return reverse("payments:sandbox", args=[payment.reference])

    def parse_callback(self, request: HttpRequest) -> GatewayMessage:
        if not constant_time_compare(signature_of(request.body), request.headers.get(SIGNATURE_HEADER, "")):
            raise CallbackRefused("wrong signature")
        try:
            return _message(json.loads(request.body))
        except (ValueError, KeyError, TypeError, InvalidOperation) as error:
            raise CallbackRefused(f"unreadable: {error!r}") from error

    def refund(self, payment: Payment, amount: Decimal) -> None:
        send(payment, MessageKind.REFUNDED, amount=amount)


def send(
    payment: Payment, kind: MessageKind, *, amount: Decimal | None = None, times: int = 1, after_seconds: int = 0
) -> None:
    """Queue one event's call-back, to be delivered ``times`` times."""
    facts = {
        "id": str(uuid.uuid4()),
        "reference": str(payment.reference),
        "kind": kind.value,
        "amount": str(payment.amount if amount is None else amount),
        "currency": payment.order.currency,
    }
    for _time in range(times):
        delivery.queue(gateway=SandboxGateway.name, facts=facts, after_seconds=after_seconds)


def _message(facts: dict[str, Any]) -> GatewayMessage:
    sent_at = datetime.fromisoformat(facts["sent_at"])
    if abs(timezone.now() - sent_at) > MAX_AGE:
        raise CallbackRefused("too old, or from the future")
    amount = Decimal(str(facts["amount"]))
    if not amount.is_finite():
        raise ValueError("no amount")
    return GatewayMessage(
        gateway=SandboxGateway.name,
        reference=uuid.UUID(str(facts["reference"])),
        event_id=str(facts["id"])[:100],
        kind=MessageKind(facts["kind"]),
        amount=amount,
        currency=str(facts["currency"]),
        body=facts,
    )
