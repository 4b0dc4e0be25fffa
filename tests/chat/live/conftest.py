from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from shop.customers.models import User
from tests.chat.live.notes import Notes, registered


@pytest.fixture
def notes(live: None) -> Iterator[Notes]:
    with registered() as notes:
        yield notes


@pytest.fixture
def alices(alice: User, session_of: Callable[[User], str]) -> str:
    return session_of(alice)


@pytest.fixture
def bobs(bob: User, session_of: Callable[[User], str]) -> str:
    return session_of(bob)
