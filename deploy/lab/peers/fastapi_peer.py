"""The peer on FastAPI."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from fastapi.templating import Jinja2Templates

from deploy.lab.peers import asked, rows, starlette_sockets


def _asked(name: str) -> Any:
    _, least, most = asked.NUMBERS[name]
    return Query(ge=least, le=most)


Id = Annotated[int, _asked("id")]
Milliseconds = Annotated[int, _asked("ms")]
Count = Annotated[int, _asked("count")]
EveryMilliseconds = Annotated[int, _asked("every_ms")]
Kib = Annotated[int, _asked("kib")]

application = FastAPI(openapi_url=None)
application.websocket("/echo")(starlette_sockets.echo)
application.websocket("/fan")(starlette_sockets.fan)
templates = Jinja2Templates(Path(__file__).parent / "templates")


@application.exception_handler(RequestValidationError)
async def bad_number(request: Request, error: Exception) -> Response:
    """FastAPI itself would say 422; the peers agree on 400."""
    return PlainTextResponse(str(error), 400)


@application.get("/plain", response_class=PlainTextResponse)
async def plain() -> str:
    return "Hello, world!"


@application.get("/json")
async def as_json() -> dict[str, str]:
    return {"message": "Hello, world!"}


@application.get("/row", response_class=HTMLResponse)
def row(request: Request, id: Id = 1) -> Response:
    """A plain function, as FastAPI advises for a database that is not async: it runs in the thread pool."""
    if found := rows.one(id):
        return templates.TemplateResponse(request, "row.html", {"row": found})
    raise HTTPException(404)


@application.get("/rows", response_class=HTMLResponse)
def all_rows(request: Request) -> Response:
    return templates.TemplateResponse(request, "rows.html", {"rows": rows.every()})


@application.get("/wait", response_class=PlainTextResponse)
async def wait(ms: Milliseconds = 100) -> str:
    await asyncio.sleep(ms / 1000)
    return f"waited {ms} ms"


@application.get("/wait-blocking", response_class=PlainTextResponse)
async def wait_blocking(ms: Milliseconds = 100) -> str:
    """The mistake that claim 4 measures: it holds up everybody."""
    time.sleep(ms / 1000)
    return f"waited {ms} ms"


@application.get("/wait-thread", response_class=PlainTextResponse)
def wait_thread(ms: Milliseconds = 100) -> str:
    """A plain function: FastAPI runs it in its thread pool."""
    time.sleep(ms / 1000)
    return f"waited {ms} ms"


@application.get("/waits", response_class=PlainTextResponse)
async def waits(count: Count = 5, ms: Milliseconds = 100) -> str:
    await asyncio.gather(*(asyncio.sleep(ms / 1000) for _ in range(count)))
    return f"waited {count} times {ms} ms"


@application.post("/upload")
async def upload(request: Request) -> dict[str, int | str]:
    if asked.declared_bytes(request.headers.get("content-length")) > asked.MOST_UPLOADED_BYTES:
        raise HTTPException(413)
    count, digest = 0, hashlib.sha256()
    async for piece in request.stream():
        digest.update(piece)
        count += len(piece)
        if count > asked.MOST_UPLOADED_BYTES:
            raise HTTPException(413)
    return {"bytes": count, "sha256": digest.hexdigest()}


@application.get("/events")
async def events(count: Count = 5, every_ms: EveryMilliseconds = 10) -> Response:
    return StreamingResponse(_event_stream(count, every_ms / 1000), media_type="text/event-stream")


async def _event_stream(count: int, every_seconds: float) -> AsyncIterator[str]:
    number = 0
    while not count or number < count:
        if number:
            await asyncio.sleep(every_seconds)
        yield f"data: {number}\n\n"
        number += 1


@application.get("/large")
async def large(kib: Kib = 64) -> Response:
    headers = {"Content-Length": str(kib * 1024)}
    return StreamingResponse(_large_pieces(kib), media_type="application/octet-stream", headers=headers)


async def _large_pieces(kib: int) -> AsyncIterator[bytes]:
    for piece in asked.large_pieces(kib):
        yield piece
