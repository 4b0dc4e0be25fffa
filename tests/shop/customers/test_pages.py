"""Every page of an account that a person can meet."""

import re
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core.mail import EmailMessage
from django.test import Client

from shop.customers.models import User
from tests.shop.customers.conftest import path_in

pytestmark = pytest.mark.django_db
OPEN = [
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
    "/account/password/reset/done/",
    "/account/password/reset/key/1-nonsense/",
    "/account/password/reset/key/done/",
    "/account/confirm-email/",
    "/account/confirm-email/nonsense/",
    "/account/inactive/",
]
OWN = [
    "/account/",
    "/account/email/",
    "/account/password/change/",
    "/account/logout/",
    "/account/reauthenticate/",
]


def sound(page: Any, language: str, status: int = 200) -> str:
    text: str = page.content.decode()
    assert page.status_code == status
    assert f'<html lang="{language}"' in text
    assert 'class="header"' in text
    assert 'class="footer"' in text
    assert text.count("<h1") == 1
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", text))
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    title = re.search(r"<title>(.*?)</title>", text, re.S)
    assert title is not None
    assert title[1].partition("·")[0].strip()
    return text


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", OPEN)
def test_pages_for_everybody_stand_in_the_shop(client: Client, path: str, language: str) -> None:
    sound(client.get(path, headers={"Accept-Language": language}), language)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", OWN)
def test_pages_of_a_person_stand_in_the_shop(client: Client, alice: User, path: str, language: str) -> None:
    client.force_login(alice)
    sound(client.get(path, headers={"Accept-Language": language}), language)


@pytest.mark.parametrize("path", OWN)
def test_pages_of_a_person_send_a_visitor_away(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_that_only_some_people_meet(client: Client, alice: User, bob: User, language: str) -> None:
    headers = {"Accept-Language": language}
    with patch("shop.customers.adapter.AccountAdapter.is_open_for_signup", return_value=False):
        sound(client.get("/account/signup/", headers=headers), language)
    hers = EmailAddress.objects.create(user=alice, email=alice.email)
    confirm = f"/account/confirm-email/{EmailConfirmationHMAC(hers).key}/"
    assert alice.email in sound(client.get(confirm, headers=headers), language)
    EmailAddress.objects.create(user=bob, email=alice.email, verified=True)
    sound(client.get(confirm, headers=headers), language)
    bob.set_unusable_password()
    bob.save(update_fields=["password"])
    client.force_login(bob)
    sound(client.get("/account/password/set/", headers=headers), language)


def test_the_form_behind_a_reset_link(client: Client, alice: User, post: Callable[[], EmailMessage]) -> None:
    client.post("/account/password/reset/", {"email": alice.email})
    page = client.get(path_in(post()), follow=True)
    assert page.redirect_chain[-1][0].endswith("-set-password/")
    sound(page, "en")


@pytest.mark.parametrize(
    ("path", "field", "purpose"),
    [
        ("/account/login/", "login", "email"),
        ("/account/login/", "password", "current-password"),
        ("/account/signup/", "name", "name"),
        ("/account/signup/", "email", "email"),
        ("/account/signup/", "password1", "new-password"),
        ("/account/signup/", "password2", "new-password"),
        ("/account/password/reset/", "email", "email"),
    ],
)
def test_browsers_know_what_to_fill_in(client: Client, path: str, field: str, purpose: str) -> None:
    page = client.get(path).content.decode()
    tag = re.search(rf'<input[^>]*name="{field}"[^>]*>', page)
    assert tag is not None
    assert f'autocomplete="{purpose}"' in tag[0]


@pytest.mark.parametrize("path", ["/account/login/", "/account/signup/", "/account/password/reset/"])
def test_an_address_is_called_the_same_everywhere(client: Client, path: str) -> None:
    assert ">E-mail address</label>" in client.get(path).content.decode()


def test_forms_lead_to_one_another(client: Client) -> None:
    login = client.get("/account/login/").content.decode()
    assert 'href="/account/signup/"' in login
    assert 'href="/account/password/reset/"' in login
    assert 'href="/account/login/"' in client.get("/account/signup/").content.decode()
    assert 'href="/account/login/"' in client.get("/account/password/reset/").content.decode()
