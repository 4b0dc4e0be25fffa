"""As much of a browser as forms and a session need, and somebody who buys a print with it."""

from __future__ import annotations

import re
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

PAID_SECONDS = 15
ADDRESS = {
    "email": "ada@example.com",
    "name": "Ada Lovelace",
    "street": "Calle Mayor 1",
    "postcode": "28013",
    "city": "Madrid",
    "country": "ES",
    "shipping_method": "standard",
}


class Browser:
    def __init__(self, url: str) -> None:
        self._base = url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> tuple[str, str]:
        """The answer's X-Served-By and text."""
        with self._opener.open(urllib.parse.urljoin(self._base, path), timeout=20) as answer:
            return answer.headers["X-Served-By"], answer.read().decode()

    def submit(self, page: str, to: str = "", **fields: str) -> str:
        """Fill in the form of ``page`` that posts ``to`` (itself unless said), and give the text of what follows."""
        return self.post(page, to or page, **fields)[1]

    def post(self, page: str, to: str, **fields: str) -> tuple[str, str]:
        """As ``submit``: the address of the page that followed, and its text."""
        form = hidden_fields(self.get(page)[1]) | fields
        body = urllib.parse.urlencode(form).encode()
        with self._opener.open(urllib.parse.urljoin(self._base, to), body, timeout=20) as answer:
            return answer.url, answer.read().decode()


def hidden_fields(text: str) -> dict[str, str]:
    """What a page's forms send without anybody writing it: the token against forgery among it."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)
    assert found, text[:500]
    return dict(found)


def buy_a_print(browser: Browser) -> None:
    """From the window to "paid", as a guest without JavaScript. Raises AssertionError where that is not reached."""
    _served_by, window = browser.get("/all/")
    product = re.search(r'href="(/p/[^"]+)"', window)
    assert product, window[:500]
    browser.submit(product[1], "/basket/add/", quantity="1")
    browser.submit("/checkout/", **ADDRESS)
    bank, _text = browser.post("/checkout/review/", "/checkout/review/")
    order, text = browser.post(bank, bank, decision="approve", news="once")
    assert "/orders/" in order, text[:500]
    deadline = time.monotonic() + PAID_SECONDS
    while 'data-state="paid"' not in text:
        assert time.monotonic() < deadline, "the bank's word never came"
        time.sleep(0.2)
        _served_by, text = browser.get(order)
