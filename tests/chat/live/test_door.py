"""Who may open a socket at all."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from chat.live import door
from chat.live.origins import is_our_origin
from tests.chat.browser import Browser, Closed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("live")]


async def closed_with(session_key: str = "", **headers: str) -> int:
    async with Browser(session_key, greet=False, **headers) as browser:
        with pytest.raises(Closed) as closed:
            await browser.receive()
        return closed.value.code


@pytest.mark.asyncio
async def test_another_site_and_another_host_are_turned_away_for_good() -> None:
    assert await closed_with(origin="http://evil.example") == 4500
    assert await closed_with(host="evil.example", origin="http://evil.example") == 4501


@pytest.mark.asyncio
async def test_no_browser_needs_no_origin() -> None:
    async with Browser(origin="") as program:
        assert program.welcome["t"] == "welcome"


@pytest.mark.parametrize(
    ("origin", "ours"),
    [
        ("http://localhost:8080", True),
        ("http://LOCALHOST:8080", True),
        ("https://localhost:8080", False),
        ("http://localhost:9999", False),
        ("http://localhost", False),
        ("http://localhost.evil.example:8080", False),
        ("http://localhost:port", False),
        ("null", False),
        ("", False),
    ],
)
def test_scheme_host_and_port_are_those_of_the_page(origin: str, ours: bool, settings: Settings) -> None:
    settings.LIVE_URL = ""
    settings.CSRF_TRUSTED_ORIGINS = []
    assert is_our_origin(origin, host="localhost:8080", is_secure=False) is ours


def test_two_ports_of_one_host_are_one_site_where_the_settings_say_so(settings: Settings) -> None:
    settings.LIVE_URL = "ws://localhost:8081"
    settings.CSRF_TRUSTED_ORIGINS = []
    assert is_our_origin("http://localhost:8080", host="localhost:8081", is_secure=False)
    assert not is_our_origin("http://evil.example:8080", host="localhost:8081", is_secure=False)


@pytest.mark.asyncio
async def test_one_address_has_so_many_sockets_and_no_more(settings: Settings) -> None:
    settings.LIVE_CONNECTIONS_PER_ADDRESS = 2
    async with Browser(x_real_ip="203.0.113.7"), Browser(x_real_ip="203.0.113.7"):
        assert await closed_with(x_real_ip="203.0.113.7") == 4013
        async with Browser(x_real_ip="203.0.113.8") as other:
            assert other.welcome["t"] == "welcome"
    async with Browser(x_real_ip="203.0.113.7") as again:
        assert again.welcome["t"] == "welcome"


@pytest.mark.asyncio
async def test_one_session_has_so_many_sockets_and_no_more(guest_session: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "CONNECTIONS_PER_SESSION", 1)
    async with Browser(guest_session):
        assert await closed_with(guest_session) == 4013


@pytest.mark.parametrize(
    ("peer", "counted"), [("10.0.0.3", "203.0.113.7"), ("127.0.0.1", "203.0.113.7"), ("8.8.8.8", "8.8.8.8")]
)
def test_only_a_neighbour_is_believed_whom_it_speaks_for(peer: str, counted: str) -> None:
    assert door.address_of({"client": [peer, 1]}, {"x-real-ip": "203.0.113.7"}) == counted


@pytest.mark.asyncio
async def test_a_cookie_that_is_none_is_nobody() -> None:
    async with Browser("no such session") as browser:
        assert browser.welcome["who"] == ""


@pytest.mark.parametrize("others", ['{"a": 1}=b; ', "a[b]=c d; ", 'x="; '])
def test_a_strange_cookie_of_somebody_else_hides_nobodys_session(others: str) -> None:
    """Pages read cookies by Django's rules, which no other cookie can upset; the socket must know the same visitor."""
    assert door._session_key(f"{others}sessionid=abc") == "abc"
