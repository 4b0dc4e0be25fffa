"""The whole site behind nginx: which door answers what, and what both of them share."""

import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar

import pytest

from tests.sites import Site, site

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def split() -> Iterator[Site]:
    with site("split") as running:
        yield running


class Browser:
    """As much of a browser as a session needs."""

    def __init__(self, running: Site) -> None:
        self._base = running.url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> tuple[str, str]:
        """The answer's X-Served-By and text."""
        with self._opener.open(self._base + path, timeout=20) as answer:
            return answer.headers["X-Served-By"], answer.read().decode()

    def submit(self, path: str, **fields: str) -> str:
        """Fill in the first form of a page that posts to ``path``, and give the text of the page that follows."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(path)[1])
        assert token
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        with self._opener.open(self._base + path, body, timeout=20) as answer:
            return str(answer.read().decode())


@pytest.mark.parametrize(
    ("path", "door", "server"), [("/", "wsgi", "Gunicorn"), ("/all/", "wsgi", "Gunicorn"), ("/chat/", "asgi", "Daphne")]
)
def test_every_path_has_its_door_which_says_what_it_cost(split: Site, path: str, door: str, server: str) -> None:
    served_by, text = Browser(split).get(path)
    said = re.fullmatch(r"door=(\w+); server=(\w+); process=\S+; ms=([\d.]+); queries=(\d+)", served_by)
    assert said
    assert (said[1], said[2]) == (door, server)
    assert int(said[4]) > 0
    footer = re.search(r"with (\d+) SQL", text)
    assert footer
    assert 0 < int(footer[1]) <= int(said[4])


def test_who_signs_up_at_the_shop_is_known_in_the_chat(split: Site) -> None:
    browser = Browser(split)
    password = "a long enough word"
    browser.submit("/account/signup/", name="Dora", email="dora@example.com", password1=password, password2=password)
    assert "Dora" in browser.get("/chat/")[1]


def test_both_doors_say_that_they_are_alive_and_ready(split: Site) -> None:
    for url in (split.wsgi_url, split.asgi_url):
        for path in ("/healthz", "/readyz"):
            with urllib.request.urlopen(url + path, timeout=20) as answer:
                assert answer.status == 200
