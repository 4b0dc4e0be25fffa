"""The peer on ASGI alone, without a framework: what any framework adds is measured against this."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from deploy.lab.peers import asked, bare_pages, bare_sockets, rows

TEXT = b"text/plain; charset=utf-8"
HTML = b"text/html; charset=utf-8"
JSON = b"application/json"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# The kinds of scope that the server has brought to this process so far.
_seen: set[str] = set()


class Exchange:
    """One request: what it asks for, and how it is answered."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.receive = receive
        self._send = send

    def number(self, name: str) -> int:
        return asked.number(self.query, name)

    async def answer(self, body: bytes, kind: bytes, status: HTTPStatus = HTTPStatus.OK) -> None:
        await self._start(status, kind, len(body))
        await self._send({"type": "http.response.body", "body": body})

    async def stream(self, pieces: AsyncIterator[bytes], kind: bytes, length: int | None = None) -> None:
        """Until the pieces end, or whoever asked is gone."""
        await self._start(HTTPStatus.OK, kind, length)
        sending = asyncio.ensure_future(self._send_all(pieces))
        leaving = asyncio.ensure_future(self._left())
        try:
            await asyncio.wait([sending, leaving], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
        # Servers say differently that nobody is there any more: some raise, most do nothing.
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await sending

    async def _start(self, status: HTTPStatus, kind: bytes, length: int | None) -> None:
        headers = [(b"content-type", kind)]
        if length is not None:
            headers.append((b"content-length", str(length).encode()))
        await self._send({"type": "http.response.start", "status": status.value, "headers": headers})

    async def _send_all(self, pieces: AsyncIterator[bytes]) -> None:
        async for piece in pieces:
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        await self._send({"type": "http.response.body", "body": b""})

    async def _left(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    _seen.add(scope["type"])
    if scope["type"] == "http":
        await _answer_http(scope, receive, send)
    elif scope["type"] == "websocket":
        await bare_sockets.answer(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _live(receive, send)


async def _answer_http(scope: Scope, receive: Receive, send: Send) -> None:
    exchange = Exchange(scope, receive, send)
    method, view = ROUTES.get(scope["path"], ("", None))
    if view is None:
        await exchange.answer(b"not found", TEXT, HTTPStatus.NOT_FOUND)
    elif scope["method"] != method:
        await exchange.answer(b"method not allowed", TEXT, HTTPStatus.METHOD_NOT_ALLOWED)
    else:
        try:
            await view(exchange)
        except asked.BadNumber as error:
            await exchange.answer(str(error).encode(), TEXT, HTTPStatus.BAD_REQUEST)


async def _live(receive: Receive, send: Send) -> None:
    while (event := (await receive())["type"]) == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    if event == "lifespan.shutdown":
        await send({"type": "lifespan.shutdown.complete"})


async def _plain(exchange: Exchange) -> None:
    await exchange.answer(b"Hello, world!", TEXT)


async def _json(exchange: Exchange) -> None:
    await exchange.answer(json.dumps({"message": "Hello, world!"}).encode(), JSON)


async def _scopes(exchange: Exchange) -> None:
    await exchange.answer(json.dumps({"scopes": sorted(_seen)}).encode(), JSON)


async def _row(exchange: Exchange) -> None:
    row = await asyncio.to_thread(rows.one, exchange.number("id"))
    if row is None:
        await exchange.answer(b"no such row", TEXT, HTTPStatus.NOT_FOUND)
    else:
        await exchange.answer(bare_pages.row_page(row), HTML)


async def _rows(exchange: Exchange) -> None:
    await exchange.answer(bare_pages.rows_page(await asyncio.to_thread(rows.every)), HTML)


async def _wait(exchange: Exchange) -> None:
    milliseconds = exchange.number("ms")
    await asyncio.sleep(milliseconds / 1000)
    await exchange.answer(f"waited {milliseconds} ms".encode(), TEXT)


async def _wait_blocking(exchange: Exchange) -> None:
    """The mistake that claim 4 measures: it holds up everybody."""
    milliseconds = exchange.number("ms")
    time.sleep(milliseconds / 1000)
    await exchange.answer(f"waited {milliseconds} ms".encode(), TEXT)


async def _waits(exchange: Exchange) -> None:
    count, milliseconds = exchange.number("count"), exchange.number("ms")
    await asyncio.gather(*(asyncio.sleep(milliseconds / 1000) for _ in range(count)))
    await exchange.answer(f"waited {count} times {milliseconds} ms".encode(), TEXT)


async def _upload(exchange: Exchange) -> None:
    count, digest, more = 0, hashlib.sha256(), True
    declared = asked.declared_bytes(exchange.headers.get(b"content-length", b"").decode("latin-1"))
    while more and max(count, declared) <= asked.MOST_UPLOADED_BYTES:
        event = await exchange.receive()
        if event["type"] == "http.disconnect":
            return
        digest.update(event.get("body", b""))
        count += len(event.get("body", b""))
        more = event.get("more_body", False)
    if max(count, declared) > asked.MOST_UPLOADED_BYTES:
        await exchange.answer(b"too large", TEXT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    else:
        await exchange.answer(json.dumps({"bytes": count, "sha256": digest.hexdigest()}).encode(), JSON)


async def _events(exchange: Exchange) -> None:
    stream = _event_stream(exchange.number("count"), exchange.number("every_ms") / 1000)
    await exchange.stream(stream, b"text/event-stream")


async def _event_stream(count: int, every_seconds: float) -> AsyncIterator[bytes]:
    number = 0
    while not count or number < count:
        if number:
            await asyncio.sleep(every_seconds)
        yield f"data: {number}\n\n".encode()
        number += 1


async def _large(exchange: Exchange) -> None:
    kib = exchange.number("kib")
    await exchange.stream(_each(asked.large_pieces(kib)), b"application/octet-stream", kib * 1024)


async def _each(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


View = Callable[[Exchange], Awaitable[None]]
ROUTES: Mapping[str, tuple[str, View]] = {
    "/plain": ("GET", _plain),
    "/json": ("GET", _json),
    "/scopes": ("GET", _scopes),
    "/row": ("GET", _row),
    "/rows": ("GET", _rows),
    "/wait": ("GET", _wait),
    "/wait-blocking": ("GET", _wait_blocking),
    "/waits": ("GET", _waits),
    "/upload": ("POST", _upload),
    "/events": ("GET", _events),
    "/large": ("GET", _large),
}
