"""What the shop asks of a payment gateway. The sandbox is one; another is a module more and an entry in registry.py."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from django.http import HttpRequest

from shop.payments.models import Payment


class MessageKind(StrEnum):
    PENDING = "pending"
    PAID = "paid"
    DECLINED = "declined"
    REFUNDED = "refunded"


@dataclass(frozen=True)
class GatewayMessage:
    """A call-back whose signature is right. ``event_id`` is the gateway's own: the same one twice is one event."""

    gateway: str
    reference: uuid.UUID
    event_id: str
    kind: MessageKind
    amount: Decimal
    currency: str
    body: dict[str, Any]


class CallbackRefused(Exception):
    """A call-back that did not come from the gateway, or cannot be read. Its text is for the log."""


class Gateway(Protocol):
    name: str

    def start(self, payment: Payment) -> str:
        """The address to which the customer's browser goes to pay."""

    def parse_callback(self, request: HttpRequest) -> GatewayMessage:
        """Raises CallbackRefused."""

    def refund(self, payment: Payment, amount: Decimal) -> None:
        """Ask for it; that it happened comes as a call-back."""
