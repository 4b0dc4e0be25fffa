from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chat.live.notes import Notes, registered


@pytest.fixture
def notes(live: None) -> Iterator[Notes]:
    with registered() as notes:
        yield notes
