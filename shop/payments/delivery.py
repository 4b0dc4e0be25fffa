"""Delivers the sandbox's call-backs from the worker, over HTTP, as a foreign bank's server would."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import urllib3
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from shop.payments.signature import SIGNATURE_HEADER, signed_body

# After a failed attempt it is tried again, so many seconds later.
RETRY_AFTER_SECONDS = (1, 3, 10, 30, 120)
TIMEOUT = urllib3.Timeout(connect=2, read=8)

logger = logging.getLogger(__name__)


class NotDelivered(Exception):
    """Every attempt failed, or the shop refused it for good."""


def queue(*, gateway: str, facts: dict[str, Any], attempt: int = 0, after_seconds: int = 0) -> None:
    later = deliver.using(run_after=timezone.now() + timedelta(seconds=after_seconds)) if after_seconds else deliver
    later.enqueue(gateway=gateway, facts=facts, attempt=attempt)


@task()
def deliver(gateway: str, facts: dict[str, Any], attempt: int) -> None:
    """Posts it once. Queues another attempt where the shop does not answer or fails; raises NotDelivered at the end."""
    status = _post(gateway, facts)
    if 200 <= status < 300:
        return
    if 400 <= status < 500 or attempt >= len(RETRY_AFTER_SECONDS):
        raise NotDelivered(f"call-back {facts['id']}: {status or 'no answer'} after {attempt + 1} attempts")
    logger.warning("Call-back %s: %s; another attempt follows", facts["id"], status or "no answer")
    queue(gateway=gateway, facts=facts, attempt=attempt + 1, after_seconds=RETRY_AFTER_SECONDS[attempt])


def _post(gateway: str, facts: dict[str, Any]) -> int:
    """The answer's status; 0 where there was none."""
    body, signature = signed_body(facts)
    site = urlsplit(settings.SITE_URL)
    headers = {
        "Content-Type": "application/json",
        SIGNATURE_HEADER: signature,
        # The address may be an inner one; the shop answers to its public name, as behind its proxy.
        "Host": site.netloc,
        "X-Forwarded-Proto": site.scheme,
    }
    url = settings.PAYMENT_CALLBACK_URL + reverse("payments:callback", args=[gateway])
    try:
        with urllib3.PoolManager(timeout=TIMEOUT, retries=False) as pool:
            return pool.request("POST", url, body=body, headers=headers, redirect=False).status
    except urllib3.exceptions.HTTPError:
        return 0
