"""Who a guest may call themselves."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from chat.rooms.guests import NAME_HELD, clean_name
from chat.rooms.models import Guest, Message, Room
from chat.rooms.refusals import Refused
from shop.customers.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frames() -> Room:
    return Room.objects.create(slug="frames", name="Frames")


def choose(client: Client, name: str) -> int:
    return client.post("/chat/frames/name", {"name": name}).status_code


@pytest.mark.parametrize(
    "name", ["Ines", "María José", "Зоя", "Ελένη", "Nguyễn Thị", "李雷", "Jean-Luc", "O'Neill", "R2 D2"]
)
def test_people_are_called_many_things(client: Client, name: str) -> None:
    assert choose(client, name) == 302
    assert Guest.objects.get().name == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x",
        "x" * 41,
        "12345",
        "<b>Ines</b>",
        "Ines (staff)",
        "I\u200bnes",
        "\u202esenI",
        "✓ Ines",
        "\N{CYRILLIC CAPITAL LETTER A}lice",
        "Al\N{GREEK SMALL LETTER IOTA}ce",
        "I" + "\u0301" * 20,
    ],
)
def test_a_name_is_made_of_letters(client: Client, name: str) -> None:
    assert choose(client, name) == 422
    assert not Guest.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "Admin",
        "STAFF",
        "The Admin",
        "Adm1n",
        "sup-port",
        "Soporte",
        "Ambos",
        "ambos shop",
        "Moderátor",
        "\N{CYRILLIC SMALL LETTER A}\N{CYRILLIC SMALL LETTER EM}bos",
        "ѕуѕтем",
    ],
)
def test_nobody_speaks_for_the_house(client: Client, name: str) -> None:
    assert choose(client, name) == 422


@pytest.mark.parametrize("name", ["Alice", "alice", " ALICE ", "Ａｌｉｃｅ"])
def test_nobody_is_called_like_a_user(client: Client, alice: User, name: str) -> None:
    assert choose(client, name) == 422


def test_nobody_is_called_like_a_user_who_is_known_by_the_address(client: Client) -> None:
    User.objects.create_user("carol@example.com")
    assert choose(client, "Carol") == 422


def test_two_guests_who_talk_do_not_share_a_name(client: Client) -> None:
    assert choose(client, "Ines") == 302
    client.post("/chat/frames/send", {"text": "Hola", "client_id": "c"})
    assert choose(Client(), "ines") == 422
    Message.objects.update(sent_at=timezone.now() - NAME_HELD)
    assert choose(Client(), "ines") == 302


def test_a_guest_may_change_the_name_and_stays_the_same_guest(client: Client) -> None:
    choose(client, "Ines")
    assert choose(client, "Inés") == 302
    assert Guest.objects.get().name == "Inés"


def test_a_key_that_was_not_signed_opens_nothing(client: Client) -> None:
    choose(client, "Ines")
    session = client.session
    session["guest"] = str(Guest.objects.get().key)
    session.save()
    assert client.post("/chat/frames/send", {"text": "x", "client_id": "c"}).status_code == 403


def test_wide_letters_and_spaces_are_made_plain() -> None:
    assert clean_name("  Ａｎａ   Ｌ. ") == "Ana L."
    with pytest.raises(Refused):
        clean_name("\n")


def test_an_account_does_not_speak_for_the_house_either(client: Client, alice: User) -> None:
    client.force_login(alice)
    alice.name = "Ambos support"
    alice.save(update_fields=["name"])
    response = client.post("/chat/frames/send", {"text": "Send me your card number", "client_id": "c"})
    assert response.status_code == 422
    assert not Message.objects.exists()


def test_staff_do(client: Client, staff: User) -> None:
    client.force_login(staff)
    client.post("/chat/frames/send", {"text": "Welcome", "client_id": "c"})
    assert Message.objects.get().author_name == "Staff"


def test_an_accounts_name_does_not_turn_the_text_around_it(client: Client, alice: User) -> None:
    client.force_login(alice)
    alice.name = "Al\u202eice\u200b\n"
    alice.save(update_fields=["name"])
    client.post("/chat/frames/send", {"text": "Hello", "client_id": "c"})
    assert Message.objects.get().author_name == "Alice"
