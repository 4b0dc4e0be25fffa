"""Staff make rooms in the admin; what people said and what was done to them is there to read."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from chat.rooms import moderation
from chat.rooms.models import RESERVED_SLUGS, Room
from shop.customers.models import User
from tests.chat.rooms.people import author, enter_as_guest, log_in, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(staff: User) -> Client:
    return log_in(staff)


def make(admin: Client, slug: str, **fields: str) -> int:
    form = {"slug": slug, "name": "Walls", "translations": "{}", "description": "", "guests_may_write": "on", **fields}
    return admin.post("/admin/rooms/room/add/", form).status_code


def test_staff_make_public_and_private_rooms(admin: Client, alice: User) -> None:
    assert make(admin, "walls", is_public="on") == make(admin, "store") == 302
    assert log_in(alice).get("/chat/walls/").status_code == 200
    assert log_in(alice).get("/chat/store/").status_code == 404
    assert admin.get("/chat/store/").status_code == 200


@pytest.mark.parametrize("slug", RESERVED_SLUGS)
def test_no_room_takes_an_address_that_the_chat_needs(admin: Client, slug: str) -> None:
    response = admin.post("/admin/rooms/room/add/", {"slug": slug, "name": "x", "translations": "{}"})
    assert "The chat itself needs this address" in response.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Room.objects.create(slug=slug, name="x")


def test_everything_else_is_to_read(frames: Room, admin: Client, alice: User, staff: User) -> None:
    enter_as_guest(frames)
    moderation.mute(by=author(staff), message=say(frames, author(alice), "what was said"), reason="loud")
    for model in ("message", "sanction", "moderationentry"):
        page = admin.get(f"/admin/rooms/{model}/").content.decode()
        assert "1 " in page
        assert admin.get(f"/admin/rooms/{model}/add/").status_code == 403
        assert admin.get(f"/admin/rooms/{model}/1/change/").status_code in {200, 302}
        assert admin.post(f"/admin/rooms/{model}/1/delete/", {"post": "yes"}).status_code in {302, 403}
    assert admin.get("/admin/rooms/guest/").status_code == 200
    assert admin.get("/admin/rooms/guest/add/").status_code == 403
    assert frames.messages.count() == 1
