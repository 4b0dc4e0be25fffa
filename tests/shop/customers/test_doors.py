"""Accounts are the same behind both doors."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import AsyncClient, Client

from shop.customers.models import User
from tests.shop.customers.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
CREDENTIALS = {"login": "alice@example.com", "password": PASSWORD}


@pytest_asyncio.fixture(autouse=True)
async def no_connection_left() -> AsyncIterator[None]:
    """Views ran in a thread of their own, whose connection would keep the test database from being dropped."""
    yield
    await sync_to_async(connections.close_all)()


@pytest.mark.asyncio
async def test_signing_in_works_through_the_asgi_door(alice: User) -> None:
    client = AsyncClient()
    page = await client.get("/account/login/")
    assert page["X-Served-By"].startswith("door=asgi")
    assert (await client.post("/account/login/", CREDENTIALS))["Location"] == "/"
    assert (await client.get("/account/")).status_code == 200
    fields = {"oldpassword": PASSWORD, "password1": "quite another word", "password2": "quite another word"}
    assert (await client.post("/account/password/change/", fields)).status_code == 302
    assert (await client.get("/account/")).status_code == 200


@pytest.mark.asyncio
async def test_signing_up_works_through_the_asgi_door(db: None) -> None:
    client = AsyncClient()
    form = {"email": "carol@example.com", "password1": PASSWORD, "password2": PASSWORD}
    assert (await client.post("/account/signup/", form))["Location"] == "/"
    assert "carol@example.com" in (await client.get("/account/")).content.decode()


@pytest.mark.asyncio
async def test_limits_hold_behind_the_asgi_door(db: None) -> None:
    client = AsyncClient(headers={"X-Real-IP": "192.0.2.1"})
    answers = [await client.post("/account/login/", {"login": f"p{number}@example.com"}) for number in range(31)]
    assert [answers[0].status_code, answers[-1].status_code] == [200, 429]


@pytest.mark.asyncio
async def test_who_signed_in_at_one_door_is_signed_in_at_the_other(alice: User) -> None:
    wsgi, asgi = Client(), AsyncClient()
    await sync_to_async(wsgi.post)("/account/login/", CREDENTIALS)
    asgi.cookies = wsgi.cookies
    page = await asgi.get("/account/")
    assert page["X-Served-By"].startswith("door=asgi")
    assert "alice@example.com" in page.content.decode()
    await asgi.post("/account/logout/")
    assert (await sync_to_async(wsgi.get)("/account/")).status_code == 302
