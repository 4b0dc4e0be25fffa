"""Django's views as they are written for ASGI. An upload has come whole before its view is called."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import aget_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from deploy.lab.peers import asked
from deploy.lab.peers.django_peer.answers import is_too_large, number, text
from deploy.lab.peers.django_peer.models import Row


@require_GET
async def plain(request: HttpRequest) -> HttpResponse:
    return text("Hello, world!")


@require_GET
async def as_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"message": "Hello, world!"})


@require_GET
async def row(request: HttpRequest) -> HttpResponse:
    return render(request, "row.html", {"row": await aget_object_or_404(Row, pk=number(request, "id"))})


@require_GET
async def rows(request: HttpRequest) -> HttpResponse:
    return render(request, "rows.html", {"rows": [row async for row in Row.objects.order_by("id")]})


@require_GET
async def wait(request: HttpRequest) -> HttpResponse:
    milliseconds = number(request, "ms")
    await asyncio.sleep(milliseconds / 1000)
    return text(f"waited {milliseconds} ms")


@require_GET
async def wait_blocking(request: HttpRequest) -> HttpResponse:
    """The mistake that claim 4 measures: it holds up everybody."""
    milliseconds = number(request, "ms")
    time.sleep(milliseconds / 1000)
    return text(f"waited {milliseconds} ms")


@require_GET
async def waits(request: HttpRequest) -> HttpResponse:
    count, milliseconds = number(request, "count"), number(request, "ms")
    await asyncio.gather(*(asyncio.sleep(milliseconds / 1000) for _ in range(count)))
    return text(f"waited {count} times {milliseconds} ms")


@require_POST
async def upload(request: HttpRequest) -> HttpResponse:
    if is_too_large(request):
        return text("too large", 413)
    count, digest = 0, hashlib.sha256()
    while piece := request.read(asked.PIECE_BYTES):
        digest.update(piece)
        count += len(piece)
    return JsonResponse({"bytes": count, "sha256": digest.hexdigest()})


@require_GET
async def events(request: HttpRequest) -> HttpResponseBase:
    stream = _event_stream(number(request, "count"), number(request, "every_ms") / 1000)
    return StreamingHttpResponse(stream, content_type="text/event-stream")


async def _event_stream(count: int, every_seconds: float) -> AsyncIterator[str]:
    number = 0
    while not count or number < count:
        if number:
            await asyncio.sleep(every_seconds)
        yield f"data: {number}\n\n"
        number += 1


@require_GET
async def large(request: HttpRequest) -> HttpResponseBase:
    kib = number(request, "kib")
    headers = {"Content-Length": str(kib * 1024)}
    return StreamingHttpResponse(_large_pieces(kib), content_type="application/octet-stream", headers=headers)


async def _large_pieces(kib: int) -> AsyncIterator[bytes]:
    for piece in asked.large_pieces(kib):
        yield piece
