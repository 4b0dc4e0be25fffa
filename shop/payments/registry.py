"""The gateways that are switched on."""

from __future__ import annotations

from django.conf import settings

from shop.payments.gateways import Gateway
from shop.payments.sandbox import SandboxGateway


class UnknownGateway(LookupError):
    """No gateway of that name is switched on."""


def gateways() -> dict[str, Gateway]:
    """Those that are switched on, the preferred one first."""
    return {SandboxGateway.name: SandboxGateway()} if settings.PAYMENT_SANDBOX else {}


def gateway_named(name: str) -> Gateway:
    """Raises UnknownGateway."""
    try:
        return gateways()[name]
    except KeyError:
        raise UnknownGateway(name) from None


def preferred_gateway() -> Gateway | None:
    return next(iter(gateways().values()), None)
