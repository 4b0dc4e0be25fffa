"""The whole site behind nginx: which door answers what, and what both of them share."""

import re
import urllib.request
from collections.abc import Iterator

import pytest

from tests.live.browsing import Browser
from tests.sites import Site, site

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def split() -> Iterator[Site]:
    with site("split") as running:
        yield running


@pytest.mark.parametrize(
    ("path", "door", "server"), [("/", "wsgi", "Gunicorn"), ("/all/", "wsgi", "Gunicorn"), ("/chat/", "asgi", "Daphne")]
)
def test_every_path_has_its_door_which_says_what_it_cost(split: Site, path: str, door: str, server: str) -> None:
    served_by, text = Browser(split.url).get(path)
    said = re.fullmatch(r"door=(\w+); server=(\w+); process=\S+; ms=([\d.]+); queries=(\d+)", served_by)
    assert said
    assert (said[1], said[2]) == (door, server)
    assert int(said[4]) > 0
    footer = re.search(r"with (\d+) SQL", text)
    assert footer
    assert 0 < int(footer[1]) <= int(said[4])


def test_who_signs_up_at_the_shop_is_known_in_the_chat(split: Site) -> None:
    browser = Browser(split.url)
    password = "a long enough word"
    browser.submit("/account/signup/", name="Dora", email="dora@example.com", password1=password, password2=password)
    assert "Dora" in browser.get("/chat/")[1]


def test_both_doors_say_that_they_are_alive_and_ready(split: Site) -> None:
    for url in (split.wsgi_url, split.asgi_url):
        for path in ("/healthz", "/readyz"):
            with urllib.request.urlopen(url + path, timeout=20) as answer:
                assert answer.status == 200
