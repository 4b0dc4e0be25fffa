from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client

from shop.customers.models import User
from tests.shop.customers.conftest import PASSWORD, path_in

pytestmark = pytest.mark.django_db
URL = "/account/email/"


@pytest.fixture
def hers(client: Client, alice: User) -> Client:
    client.force_login(alice)
    client.get(URL)
    return client


def wish(client: Client, email: str) -> str:
    return client.post(URL, {"email": email, "action_add": ""}, follow=True).content.decode()


def test_an_address_changes_once_the_new_one_is_confirmed(
    hers: Client, alice: User, post: Callable[[], EmailMessage]
) -> None:
    page = wish(hers, "New@example.com")
    assert "Waiting for your confirmation" in page
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    message = post()
    assert message.to == ["new@example.com"]
    hers.post(path_in(message))
    alice.refresh_from_db()
    assert alice.email == "new@example.com"
    assert [str(row) for row in EmailAddress.objects.filter(user=alice)] == ["new@example.com"]
    told = post()
    assert told.to == ["alice@example.com"]
    assert "was alice@example.com and is now new@example.com" in str(told.body)


def test_a_change_can_be_given_up(hers: Client, alice: User) -> None:
    wish(hers, "new@example.com")
    page = hers.post(URL, {"email": "new@example.com", "action_remove": ""}, follow=True).content.decode()
    assert "Waiting for your confirmation" not in page
    assert EmailAddress.objects.get(user=alice).email == "alice@example.com"


def test_a_second_wish_replaces_the_first(hers: Client, alice: User) -> None:
    wish(hers, "first@example.com")
    wish(hers, "second@example.com")
    found = EmailAddress.objects.filter(user=alice).values_list("email", flat=True)
    assert sorted(found) == ["alice@example.com", "second@example.com"]
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


def test_an_address_of_another_account_is_not_told_but_its_owner_is(
    hers: Client, alice: User, bob: User, post: Callable[[], EmailMessage]
) -> None:
    page = wish(hers, "bob@example.com")
    assert "Confirmation email sent to bob@example.com" in page
    message = post()
    assert message.to == ["bob@example.com"]
    assert "You have an account with this address already" in str(message.body)
    assert "Alice" not in str(message.body)
    assert not EmailAddress.objects.filter(user=alice, email="bob@example.com").exists()


def test_an_address_that_got_an_owner_meanwhile_is_not_taken_over(
    hers: Client, alice: User, post: Callable[[], EmailMessage]
) -> None:
    wish(hers, "carol@example.com")
    path = path_in(post())
    User.objects.create_user("carol@example.com", PASSWORD)
    page = hers.post(path, follow=True)
    assert page.status_code == 200
    assert "Unable to confirm carol@example.com" in page.content.decode()
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


def test_somebody_elses_wish_keeps_nobody_from_signing_up(hers: Client, alice: User) -> None:
    wish(hers, "carol@example.com")
    form = {"email": "carol@example.com", "password1": PASSWORD, "password2": PASSWORD}
    Client().post("/account/signup/", form)
    carol = User.objects.get(email="carol@example.com")
    assert EmailAddress.objects.get(email="carol@example.com").user_id == carol.pk


def test_the_mail_can_be_asked_for_again(hers: Client, alice: User, work: Callable[[], int]) -> None:
    hers.post(URL, {"email": "alice@example.com", "action_send": ""})
    work()
    assert mail.outbox[-1].to == ["alice@example.com"]


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "", "action_add": ""},
        {"email": "no address", "action_add": ""},
        {"email": "alice@example.com", "action_add": ""},
        {"email": "x" * 300 + "@example.com", "action_add": ""},
    ],
)
def test_what_is_wrong_is_said_beside_the_field(hers: Client, fields: dict[str, str]) -> None:
    assert 'id="id_email_error"' in hers.post(URL, fields).content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"email": "not mine@example.com", "action_send": ""},
        {"email": "bob@example.com", "action_remove": ""},
        {"email": "alice@example.com", "action_remove": ""},
        {"email": "wished@example.com", "action_primary": ""},
    ],
)
def test_nonsense_changes_no_address(hers: Client, alice: User, bob: User, fields: dict[str, str]) -> None:
    assert hers.post(URL, fields, follow=True).status_code == 200
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


@pytest.mark.parametrize("key", ["nonsense", "MQ:1abcde:0123456789"])
def test_a_made_up_confirmation_says_that_it_does_not_work(client: Client, db: None, key: str) -> None:
    page = client.get(f"/account/confirm-email/{key}/")
    assert page.status_code == 200
    assert "This link no longer works" in page.content.decode()
    assert client.post(f"/account/confirm-email/{key}/").status_code == 404
