"""Rooms, sessions, and a database that the socket's own threads can see."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from chat.live import database, door
from chat.rooms.models import Room
from shop.customers.models import User


@pytest.fixture
def live(transactional_db: None) -> Iterator[None]:
    """What the socket's threads read is really committed, and their connections end with the test."""
    yield
    database.close()
    assert not door._open, "a socket was not counted out"


@pytest.fixture
def room(live: None) -> Room:
    return Room.objects.create(slug="frames", name="Frames")


@pytest.fixture
def back_room(live: None) -> Room:
    return Room.objects.create(slug="back", name="Back room", is_public=False)


@pytest.fixture
def session_of(live: None) -> Callable[[User], str]:
    def log_in(user: User) -> str:
        client = Client()
        client.force_login(user)
        return client.cookies["sessionid"].value

    return log_in


@pytest.fixture
def guest_session(room: Room) -> str:
    client = Client()
    client.post(f"/chat/{room.slug}/name", {"name": "Ines"})
    return client.cookies["sessionid"].value
