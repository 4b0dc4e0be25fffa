"""The door of the live socket. No middleware of Django's stands here: host, origin and session are checked by hand.

A refusal accepts and then closes: a rejected handshake is always a 403 that tells the page nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.http import parse_cookie

from chat.live import database, origins, protocol
from chat.live.identity import identify
from chat.live.outbox import Send
from chat.live.visitors import load_visitor

logger = logging.getLogger(__name__)

CONNECTIONS_PER_SESSION = 30
SESSION_SECONDS = 10.0

Application = Callable[[dict[str, Any], Callable[[], Awaitable[dict[str, Any]]], Send], Awaitable[None]]
# Sockets that are open in this process, by address and by session.
_open: Counter[str] = Counter()


def guard(application: Application) -> Application:
    async def guarded(scope: dict[str, Any], receive: Callable[[], Awaitable[dict[str, Any]]], send: Send) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        session_key = _session_key(headers.get("cookie", ""))
        places = _places(_address(scope, headers), session_key)
        code = _refusal(scope, headers, places)
        if code is not None:
            await _close(receive, send, code)
            return
        _open.update(places)
        try:
            try:
                async with asyncio.timeout(SESSION_SECONDS):
                    who = await database.run(lambda: identify(load_visitor(session_key)).key)
            except Exception as error:
                logger.warning("Nobody could be let in: %s", error)
                await _close(receive, send, protocol.CLOSE_TRY_LATER)
                return
            await application(scope | {"session_key": session_key, "who": who}, receive, send)
        finally:
            _open.subtract(places)
            for place in places:
                if not _open[place]:
                    del _open[place]

    return guarded


def _refusal(scope: dict[str, Any], headers: dict[str, str], places: dict[str, int]) -> int | None:
    host = headers.get("host", "")
    if not origins.is_our_host(host):
        return protocol.CLOSE_WRONG_HOST
    if not origins.is_our_origin(headers.get("origin"), host=host, is_secure=_is_secure(scope, headers)):
        return protocol.CLOSE_WRONG_ORIGIN
    for place in places:
        limit = CONNECTIONS_PER_SESSION if place.startswith("session ") else settings.LIVE_CONNECTIONS_PER_ADDRESS
        if _open[place] >= limit:
            return protocol.CLOSE_TRY_LATER
    return None


def _is_secure(scope: dict[str, Any], headers: dict[str, str]) -> bool:
    if scope.get("scheme") == "wss":
        return True
    proxy_header: tuple[str, str] | None = settings.SECURE_PROXY_SSL_HEADER
    if proxy_header is None:
        return False
    name, value = proxy_header
    return headers.get(name.removeprefix("HTTP_").replace("_", "-").lower()) == value


def _session_key(cookies: str) -> str:
    """By the rules of Django's pages: the library's ``SimpleCookie`` gives up at the first strange cookie."""
    return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")


def _address(scope: dict[str, Any], headers: dict[str, str]) -> str:
    """The browser's address. nginx overwrites X-Real-IP; it is believed from a neighbour alone, since whoever comes
    from the open network and past nginx can write anything there."""
    peer = str((scope.get("client") or [""])[0])
    try:
        from_neighbour = not peer or ipaddress.ip_address(peer).is_private
    except ValueError:
        from_neighbour = True
    return headers.get("x-real-ip", peer) if from_neighbour else peer


def _places(address: str, session_key: str) -> dict[str, int]:
    places = {f"address {address}": 1}
    if session_key:
        places[f"session {session_key}"] = 1
    return places


async def _close(receive: Callable[[], Awaitable[dict[str, Any]]], send: Send, code: int) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": code})
