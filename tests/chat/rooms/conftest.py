from __future__ import annotations

import pytest
from pytest_django import Settings

from chat.rooms.models import Room


@pytest.fixture
def frames(db: None) -> Room:
    return Room.objects.create(slug="frames", name="Frames")


@pytest.fixture
def staff_room(db: None) -> Room:
    return Room.objects.create(slug="staff-only", name="Staff only", is_public=False)


@pytest.fixture
def no_haste(settings: Settings) -> None:
    """For tests of something else, which say a lot."""
    settings.CHAT_RATE_USER = settings.CHAT_RATE_GUEST = settings.CHAT_RATE_ROOM = None
