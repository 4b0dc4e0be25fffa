"""Django's views as they are written for WSGI."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from deploy.lab.peers import asked
from deploy.lab.peers.django_peer.answers import is_too_large, number, text
from deploy.lab.peers.django_peer.models import Row


@require_GET
def plain(request: HttpRequest) -> HttpResponse:
    return text("Hello, world!")


@require_GET
def as_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"message": "Hello, world!"})


@require_GET
def row(request: HttpRequest) -> HttpResponse:
    return render(request, "row.html", {"row": get_object_or_404(Row, pk=number(request, "id"))})


@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    return render(request, "rows.html", {"rows": Row.objects.order_by("id")})


@require_GET
def wait(request: HttpRequest) -> HttpResponse:
    milliseconds = number(request, "ms")
    time.sleep(milliseconds / 1000)
    return text(f"waited {milliseconds} ms")


@require_GET
def waits(request: HttpRequest) -> HttpResponse:
    count, milliseconds = number(request, "count"), number(request, "ms")
    for _ in range(count):
        time.sleep(milliseconds / 1000)
    return text(f"waited {count} times {milliseconds} ms")


@require_GET
def waits_threads(request: HttpRequest) -> HttpResponse:
    count, milliseconds = number(request, "count"), number(request, "ms")
    with ThreadPoolExecutor(asked.CALLING_THREADS) as pool:
        list(pool.map(time.sleep, [milliseconds / 1000] * count))
    return text(f"waited {count} times {milliseconds} ms")


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    if is_too_large(request):
        return text("too large", 413)
    count, digest = 0, hashlib.sha256()
    while piece := request.read(asked.PIECE_BYTES):
        digest.update(piece)
        count += len(piece)
    return JsonResponse({"bytes": count, "sha256": digest.hexdigest()})


@require_GET
def events(request: HttpRequest) -> HttpResponseBase:
    stream = _event_stream(number(request, "count"), number(request, "every_ms") / 1000)
    return StreamingHttpResponse(stream, content_type="text/event-stream")


def _event_stream(count: int, every_seconds: float) -> Iterator[str]:
    number = 0
    while not count or number < count:
        if number:
            time.sleep(every_seconds)
        yield f"data: {number}\n\n"
        number += 1


@require_GET
def large(request: HttpRequest) -> HttpResponseBase:
    kib = number(request, "kib")
    headers = {"Content-Length": str(kib * 1024)}
    return StreamingHttpResponse(asked.large_pieces(kib), content_type="application/octet-stream", headers=headers)
