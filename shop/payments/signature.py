"""How the sandbox signs what it says, so that the shop knows who said it."""

from __future__ import annotations

import json
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac

SIGNATURE_HEADER = "X-Sandbox-Signature"


def signature_of(body: bytes) -> str:
    return salted_hmac("shop.payments.sandbox", body, algorithm="sha256").hexdigest()


def signed_body(facts: dict[str, Any]) -> tuple[bytes, str]:
    """A call-back's body and its signature, dated now: every attempt to deliver it is dated anew."""
    body = json.dumps({**facts, "sent_at": timezone.now().isoformat()}).encode()
    return body, signature_of(body)
