"""The door of the live socket. No middleware of Django's stands here: host, origin and session are checked by hand.

A refusal accepts and then closes: a rejected handshake is always a 403 that tells the page nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from django.conf import settings
from django.http import parse_cookie

from chat.live import database, origins, protocol
from chat.live.identity import Identity, identify
from chat.live.outbox import Send
from chat.live.visitors import load_visitor

logger = logging.getLogger(__name__)

CONNECTIONS_PER_SESSION = 30
SESSION_SECONDS = 10.0

Receive = Callable[[], Awaitable[dict[str, Any]]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]
# Connections that are open in this process, by address and by session.
_open: Counter[str] = Counter()


class ComeLater(Exception):
    """So many connections are open from there that this one has to wait, or nobody can say who it is from."""


def guard(application: Application) -> Application:
    async def guarded(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        session_key = _session_key(headers.get("cookie", ""))
        code = _refusal(scope, headers)
        if code is not None:
            await _close(receive, send, code)
            return
        try:
            with counted(address_of(scope, headers), session_key):
                identity = await identity_of(session_key)
                await application(scope | {"session_key": session_key, "identity": identity}, receive, send)
        except ComeLater:
            await _close(receive, send, protocol.CLOSE_TRY_LATER)

    return guarded


@contextlib.contextmanager
def counted(address: str, session_key: str) -> Iterator[None]:
    """Count a connection as long as the block lasts. Raises ComeLater."""
    places = {f"address {address}": settings.LIVE_CONNECTIONS_PER_ADDRESS}
    if session_key:
        places[f"session {session_key}"] = CONNECTIONS_PER_SESSION
    if any(_open[place] >= most for place, most in places.items()):
        raise ComeLater
    _open.update(places.keys())
    try:
        yield
    finally:
        _open.subtract(places.keys())
        for place in places:
            if not _open[place]:
                del _open[place]


async def identity_of(session_key: str) -> Identity:
    """Who somebody is at this moment. Raises ComeLater where the database does not say so in time."""
    if not session_key:
        return Identity()
    try:
        async with asyncio.timeout(SESSION_SECONDS):
            return await database.run(_identity, session_key)
    except Exception as error:
        logger.warning("Nobody could be let in: %s", error)
        raise ComeLater from error


def _identity(session_key: str) -> Identity:
    return identify(load_visitor(session_key))


def _refusal(scope: dict[str, Any], headers: dict[str, str]) -> int | None:
    host = headers.get("host", "")
    if not origins.is_our_host(host):
        return protocol.CLOSE_WRONG_HOST
    if not origins.is_our_origin(headers.get("origin"), host=host, is_secure=_is_secure(scope, headers)):
        return protocol.CLOSE_WRONG_ORIGIN
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


def address_of(scope: dict[str, Any], headers: dict[str, str]) -> str:
    """The browser's address. nginx overwrites X-Real-IP; it is believed from a neighbour alone, since whoever comes
    from the open network and past nginx can write anything there."""
    peer = str((scope.get("client") or [""])[0])
    try:
        from_neighbour = not peer or ipaddress.ip_address(peer).is_private
    except ValueError:
        from_neighbour = True
    return headers.get("x-real-ip", peer) if from_neighbour else peer


async def _close(receive: Receive, send: Send, code: int) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": code})
