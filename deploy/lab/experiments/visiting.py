"""Visitors of the real site, as far as a measurement needs them: what they ask for, and the cookies they come with."""

from __future__ import annotations

import http.client
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping

from deploy.lab.trials import Flawed

TIMEOUT_SECONDS = 20
LIST = "/all/"
BASKET = "/basket/"
CHAT = "/chat/"
PRODUCT_LINK = re.compile(r'href="(/p/[-\w]+/)"')
VARIANT_FIELD = re.compile(r'name="variant" value="(\d+)"')
ROOM_FORM = re.compile(r'action="(/chat/[-\w]+/name)"')
STREAM = re.compile(r'data-live-stream="([^"]+)"')


class Visitor:
    """Somebody with a browser's cookies and nothing else of one. Whatever fails raises Flawed, which names the page."""

    def __init__(self, port: int) -> None:
        self._origin = f"http://localhost:{port}"
        self._cookies = http.cookiejar.CookieJar()
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))

    @property
    def headers(self) -> Mapping[str, str]:
        """What makes another client's requests this visitor's."""
        return {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies)}

    def read(self, path: str) -> str:
        return self._open(path, None)

    def send(self, path: str, form: Mapping[str, str]) -> str:
        """Send a form with this visitor's token, and give the page that it leads to."""
        token = next((cookie.value or "" for cookie in self._cookies if cookie.name == "csrftoken"), "")
        return self._open(path, urllib.parse.urlencode({**form, "csrfmiddlewaretoken": token}).encode())

    def _open(self, path: str, form: bytes | None) -> str:
        try:
            with self._browser.open(self._origin + path, form, timeout=TIMEOUT_SECONDS) as answer:
                return str(answer.read().decode())
        except (OSError, http.client.HTTPException) as error:
            raise Flawed(f"{path}: {error}") from error


def product_path(visitor: Visitor) -> str:
    """The first product of the list."""
    return _found(PRODUCT_LINK, visitor.read(LIST), LIST)


def fill_basket(visitor: Visitor) -> None:
    """Put one piece into the visitor's basket: of the first product that is not sold out."""
    for path in dict.fromkeys(PRODUCT_LINK.findall(visitor.read(LIST))):
        if (variant := VARIANT_FIELD.search(visitor.read(path))) is not None:
            visitor.send(f"{BASKET}add/", {"variant": variant.group(1), "quantity": "1"})
            return
    raise Flawed(f"{LIST}: there is nothing that can be bought")


def enter_chat(visitor: Visitor, name: str) -> str:
    """Choose a name in the first room, and give the room's path."""
    path = _found(ROOM_FORM, visitor.read(CHAT), CHAT)
    visitor.send(path, {"name": name})
    return path.removesuffix("name")


def room_stream(visitor: Visitor) -> str:
    """The name of the stream of the first room."""
    return _found(STREAM, visitor.read(CHAT), CHAT)


def _found(pattern: re.Pattern[str], page: str, path: str) -> str:
    match = pattern.search(page)
    if match is None:
        raise Flawed(f"{path}: there is nothing like {pattern.pattern} on the page")
    return match.group(1)
