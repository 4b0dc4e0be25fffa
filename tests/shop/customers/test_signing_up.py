from collections.abc import Callable
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client

from shop.customers.models import User
from tests.shop.customers.conftest import PASSWORD, path_in

pytestmark = pytest.mark.django_db
CAROL = {"email": "Carol@Example.com", "name": "Carol", "password1": PASSWORD, "password2": PASSWORD}


def test_who_signs_up_is_signed_in_and_called_by_name(client: Client, post: Callable[[], EmailMessage]) -> None:
    response = client.post("/account/signup/", CAROL, follow=True)
    user = response.wsgi_request.user
    assert user == User.objects.get(email="carol@example.com")
    assert str(user) == "Carol"
    assert "Successfully signed in as Carol" in response.content.decode()
    assert "Hello Carol," in str(post().body)


def test_the_first_mail_confirms_the_address(client: Client, post: Callable[[], EmailMessage]) -> None:
    client.post("/account/signup/", CAROL)
    path = path_in(post())
    page = client.get(path)
    assert "carol@example.com" in page.content.decode()
    client.post(path)
    assert EmailAddress.objects.get(email="carol@example.com").verified


def test_no_name_is_no_hindrance(client: Client, post: Callable[[], EmailMessage]) -> None:
    client.post("/account/signup/", {**CAROL, "name": ""})
    assert str(User.objects.get()) == "carol"
    assert str(post().body).startswith("Hello,")


def test_an_address_with_an_account_is_not_told_on_the_page_but_in_a_mail_to_it(
    client: Client, alice: User, post: Callable[[], EmailMessage]
) -> None:
    response = client.post("/account/signup/", {**CAROL, "email": "ALICE@example.com"}, follow=True)
    assert response.status_code == 200
    page = response.content.decode()
    assert "Look into your mailbox" in page
    assert "already" not in page
    assert not response.wsgi_request.user.is_authenticated
    message = post()
    assert message.to == ["alice@example.com"]
    assert "You have an account with this address already" in str(message.body)
    assert "http://localhost:8080/account/password/reset/" in str(message.body)
    assert User.objects.count() == 1


def test_whoever_tries_an_address_again_and_again_fills_no_mailbox(
    client: Client, alice: User, work: Callable[[], int]
) -> None:
    for _ in range(3):
        client.post("/account/signup/", {**CAROL, "email": "alice@example.com"})
    work()
    assert len(mail.outbox) == 1


def test_of_two_sign_ups_at_once_one_makes_the_account(client: Client, alice: User) -> None:
    """The second finds the address free, and taken when it comes to write."""
    with patch("shop.customers.forms.is_taken", side_effect=[False, True]):
        response = client.post("/account/signup/", {**CAROL, "email": "alice@example.com"})
    assert response["Location"] == "/account/confirm-email/"
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "carol at example", "Enter a valid email address."),
        ("email", "x" * 300 + "@example.com", "This address is too long for us."),
        ("password1", "12345678", "This password is entirely numeric."),
        ("password2", "another long word", "You must type the same password each time."),
        ("name", "n" * 81, "Ensure this value has at most 80 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(client: Client, field: str, value: str, words: str) -> None:
    page = client.post("/account/signup/", {**CAROL, field: value}).content.decode()
    beside = page.split(f'id="id_{field}_error"')[1].split("</div>")[0]
    assert words in beside
    assert User.objects.count() == 0


def test_where_a_visitor_wanted_to_go_is_kept_between_log_in_and_sign_up(client: Client) -> None:
    page = client.get("/account/login/?next=/orders/").content.decode()
    assert 'href="/account/signup/?next=%2Forders%2F"' in page
    page = client.get("/account/signup/?next=/orders/").content.decode()
    assert 'href="/account/login/?next=%2Forders%2F"' in page
    assert '<input type="hidden" name="next" value="/orders/">' in page
    assert client.post("/account/signup/", {**CAROL, "next": "/orders/"})["Location"] == "/orders/"


def test_nobody_is_sent_to_another_site(client: Client) -> None:
    response = client.post("/account/signup/", {**CAROL, "next": "https://evil.example/"})
    assert response["Location"] == "/"
