"""What the tests of accounts share."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage

PASSWORD = "a long enough word"


@pytest.fixture(autouse=True)
def fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def post(work: Callable[[], int]) -> Callable[[], EmailMessage]:
    """The newest mail, once the worker has sent what was queued."""

    def fetch() -> EmailMessage:
        work()
        return mail.outbox[-1]

    return fetch


def path_in(message: EmailMessage, site: str = "http://localhost:8080") -> str:
    """The path of the first link of a mail that is more than the shop's front page."""
    found = re.search(re.escape(site) + r"(/\S+)", str(message.body))
    assert found, message.body
    return found[1]
