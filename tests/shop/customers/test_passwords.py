import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from shop.customers.models import User
from tests.shop.customers.conftest import PASSWORD, path_in

pytestmark = pytest.mark.django_db
NEW = "quite another word"


def ask_for_reset(client: Client, email: str = "alice@example.com", **headers: Any) -> None:
    assert client.post("/account/password/reset/", {"email": email}, **headers).status_code == 302


def test_a_forgotten_password_is_replaced_by_a_link_in_a_mail(
    client: Client, alice: User, post: Callable[[], EmailMessage]
) -> None:
    ask_for_reset(client)
    message = post()
    assert message.to == ["alice@example.com"]
    assert message.subject == "Choose a new password"
    page = client.get(path_in(message), follow=True)
    form = page.redirect_chain[-1][0]
    assert "Choose a new password" in page.content.decode()
    done = client.post(form, {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your password is changed" in done.content.decode()
    client.post("/account/login/", {"login": "alice@example.com", "password": NEW})
    assert client.get("/account/").status_code == 200
    assert "changed by a link" in str(post().body)


def test_a_link_works_once(client: Client, alice: User, post: Callable[[], EmailMessage]) -> None:
    ask_for_reset(client)
    path = path_in(post())
    form = client.get(path, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW, "password2": NEW})
    page = client.get(path).content.decode()
    assert "This link no longer works" in page
    assert 'href="/account/password/reset/"' in page


@pytest.mark.parametrize("path", ["1-abc", "zzzzzz-set-password", "1-set-password", "0-x-y-z"])
def test_a_made_up_link_says_that_it_does_not_work(client: Client, path: str) -> None:
    page = client.get(f"/account/password/reset/key/{path}/")
    assert page.status_code == 200
    assert "This link no longer works" in page.content.decode()


def test_the_link_leads_to_the_front_door_whatever_host_the_request_claims(
    client: Client, alice: User, post: Callable[[], EmailMessage], settings: Any
) -> None:
    settings.SITE_URL = "https://prints.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    ask_for_reset(client, headers={"Host": "evil.example"})
    message = post()
    assert path_in(message, "https://prints.example.org").startswith("/account/password/reset/key/")
    assert "evil.example" not in str(message.body)


def test_the_mail_speaks_the_language_of_who_asked(
    client: Client, alice: User, post: Callable[[], EmailMessage]
) -> None:
    """Seen by its date, which Django writes in words."""
    client.force_login(alice)
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post("/account/password/change/", fields, headers={"Accept-Language": "es"})
    assert re.search(r"\d de [a-z]+ de \d{4}", str(post().body))


def test_an_unknown_address_gets_a_mail_and_the_page_says_the_same(
    client: Client, alice: User, post: Callable[[], EmailMessage]
) -> None:
    client.force_login(alice)
    ask_for_reset(client, "nobody@example.com")
    message = post()
    assert message.to == ["nobody@example.com"]
    assert "There is no account with this address" in str(message.body)
    assert path_in(message) == "/account/signup/"
    assert "Alice" not in str(message.body)


def test_changing_the_password_keeps_this_session_and_ends_the_others(
    client: Client, alice: User, post: Callable[[], EmailMessage]
) -> None:
    elsewhere = Client()
    client.force_login(alice)
    elsewhere.force_login(alice)
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    page = client.post("/account/password/change/", fields, follow=True)
    assert "Password successfully changed." in page.content.decode()
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    message = post()
    assert message.to == ["alice@example.com"]
    assert "Hello Alice,\n\nYour password was changed." in str(message.body)
    assert re.search(r"It was done on .*\d{4}.* \(UTC\) from the address 127.0.0.1.\n", str(message.body))
    assert "http://localhost:8080/account/password/reset/" in str(message.body)


def test_a_wrong_current_password_is_said_beside_it(client: Client, alice: User) -> None:
    client.force_login(alice)
    page = client.post("/account/password/change/", {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    beside = page.content.decode().split('id="id_oldpassword_error"')[1].split("</div>")[0]
    assert "Please type your current password." in beside


def test_an_account_without_a_password_can_be_given_one(client: Client, alice: User) -> None:
    alice.set_unusable_password()
    alice.save(update_fields=["password"])
    client.force_login(alice)
    assert client.get("/account/password/change/")["Location"] == "/account/password/set/"
    client.post("/account/password/set/", {"password1": NEW, "password2": NEW})
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert client.get("/account/").status_code == 200
