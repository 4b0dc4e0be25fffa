"""What the chat adds to the pages of the shop."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import resolve

pytestmark = pytest.mark.django_db


def beside(address: str) -> str:
    request = RequestFactory().get(address)
    request.resolver_match = resolve(address)
    return render_to_string("rooms/parts/beside.html", {"request": request})


@pytest.mark.parametrize("address", ["/", "/all/", "/basket/", "/checkout/", "/account/login/", "/compare/"])
def test_it_is_offered_beside_the_shop(address: str) -> None:
    assert "data-launcher" in beside(address)


@pytest.mark.parametrize("address", ["/chat/", "/chat/lobby/", "/chat/moderation/", "/payments/pay/word/"])
def test_it_is_not_offered_beside_itself_nor_where_one_pays(address: str) -> None:
    assert "data-launcher" not in beside(address)


def test_a_page_that_is_not_there_offers_it_as_well(client: Client) -> None:
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert "data-launcher" in page.content.decode()


def test_a_stranger_is_told_of_nothing_unread(client: Client) -> None:
    page = client.get("/").content.decode()
    assert 'data-unread-total="0"' in page
    assert "data-unread=" not in page
