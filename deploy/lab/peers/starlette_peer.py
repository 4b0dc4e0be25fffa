"""The peer on Starlette."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.templating import Jinja2Templates

from deploy.lab.peers import asked, rows, starlette_sockets

templates = Jinja2Templates(Path(__file__).parent / "templates")


def number(request: Request, name: str) -> int:
    return asked.number(request.query_params, name)


def bad_number(request: Request, error: Exception) -> Response:
    return PlainTextResponse(str(error), 400)


async def plain(request: Request) -> Response:
    return PlainTextResponse("Hello, world!")


async def as_json(request: Request) -> Response:
    return JSONResponse({"message": "Hello, world!"})


async def row(request: Request) -> Response:
    if found := await run_in_threadpool(rows.one, number(request, "id")):
        return templates.TemplateResponse(request, "row.html", {"row": found})
    raise HTTPException(404)


async def all_rows(request: Request) -> Response:
    return templates.TemplateResponse(request, "rows.html", {"rows": await run_in_threadpool(rows.every)})


async def wait(request: Request) -> Response:
    milliseconds = number(request, "ms")
    await asyncio.sleep(milliseconds / 1000)
    return PlainTextResponse(f"waited {milliseconds} ms")


async def wait_blocking(request: Request) -> Response:
    """The mistake that claim 4 measures: it holds up everybody."""
    milliseconds = number(request, "ms")
    time.sleep(milliseconds / 1000)
    return PlainTextResponse(f"waited {milliseconds} ms")


def wait_thread(request: Request) -> Response:
    """A plain function: Starlette runs it in its thread pool."""
    milliseconds = number(request, "ms")
    time.sleep(milliseconds / 1000)
    return PlainTextResponse(f"waited {milliseconds} ms")


async def waits(request: Request) -> Response:
    count, milliseconds = number(request, "count"), number(request, "ms")
    await asyncio.gather(*(asyncio.sleep(milliseconds / 1000) for _ in range(count)))
    return PlainTextResponse(f"waited {count} times {milliseconds} ms")


async def upload(request: Request) -> Response:
    if asked.declared_bytes(request.headers.get("content-length")) > asked.MOST_UPLOADED_BYTES:
        raise HTTPException(413)
    count, digest = 0, hashlib.sha256()
    async for piece in request.stream():
        digest.update(piece)
        count += len(piece)
        if count > asked.MOST_UPLOADED_BYTES:
            raise HTTPException(413)
    return JSONResponse({"bytes": count, "sha256": digest.hexdigest()})


async def events(request: Request) -> Response:
    stream = _event_stream(number(request, "count"), number(request, "every_ms") / 1000)
    return StreamingResponse(stream, media_type="text/event-stream")


async def _event_stream(count: int, every_seconds: float) -> AsyncIterator[str]:
    number = 0
    while not count or number < count:
        if number:
            await asyncio.sleep(every_seconds)
        yield f"data: {number}\n\n"
        number += 1


async def large(request: Request) -> Response:
    kib = number(request, "kib")
    headers = {"Content-Length": str(kib * 1024)}
    return StreamingResponse(_large_pieces(kib), media_type="application/octet-stream", headers=headers)


async def _large_pieces(kib: int) -> AsyncIterator[bytes]:
    for piece in asked.large_pieces(kib):
        yield piece


application = Starlette(
    routes=[
        Route("/plain", plain),
        Route("/json", as_json),
        Route("/row", row),
        Route("/rows", all_rows),
        Route("/wait", wait),
        Route("/wait-blocking", wait_blocking),
        Route("/wait-thread", wait_thread),
        Route("/waits", waits),
        Route("/upload", upload, methods=["POST"]),
        Route("/events", events),
        Route("/large", large),
        WebSocketRoute("/echo", starlette_sockets.echo),
        WebSocketRoute("/fan", starlette_sockets.fan),
    ],
    exception_handlers={asked.BadNumber: bad_number},
)
