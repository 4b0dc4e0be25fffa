from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from shop.customers.models import User

pytestmark = pytest.mark.django_db


def test_the_first_start_makes_a_staff_account_and_says_a_password_that_works(client: Client) -> None:
    out = StringIO()
    call_command("ensure_staff", stdout=out)
    password = out.getvalue().split("password: ")[1].split()[0]
    assert client.login(email="staff@localhost", password=password)
    assert client.get("/admin/").status_code == 200


def test_a_later_start_makes_no_second_account_and_says_no_password(staff: User) -> None:
    out = StringIO()
    call_command("ensure_staff", stdout=out)
    assert out.getvalue() == ""
    assert User.objects.filter(is_superuser=True).count() == 1


def test_the_address_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAFF_EMAIL", "owner@example.com")
    call_command("ensure_staff", stdout=StringIO())
    assert User.objects.get().email == "owner@example.com"
