import pytest
from django.test import Client

from shop.customers.models import User

pytestmark = pytest.mark.django_db


def test_the_account_page_is_for_people_who_are_signed_in(client: Client, alice: User) -> None:
    assert client.get("/account/")["Location"] == "/account/login/?next=/account/"
    client.force_login(alice)
    page = client.get("/account/")
    assert "alice@example.com" in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_a_name_can_be_changed(client: Client, alice: User) -> None:
    client.force_login(alice)
    page = client.post("/account/", {"name": "Alice O'Brien"}, follow=True)
    assert "Your name is saved." in page.content.decode()
    alice.refresh_from_db()
    assert str(alice) == "Alice O'Brien"


def test_a_name_that_is_too_long_says_so_beside_the_field(client: Client, alice: User) -> None:
    client.force_login(alice)
    page = client.post("/account/", {"name": "n" * 81})
    assert page.status_code == 422
    beside = page.content.decode().split('id="id_name_error"')[1].split("</div>")[0]
    assert "at most 80 characters" in beside
    alice.refresh_from_db()
    assert alice.name == "Alice"


def test_without_a_name_others_never_read_the_whole_address(alice: User) -> None:
    alice.name = ""
    assert str(alice) == "alice"
