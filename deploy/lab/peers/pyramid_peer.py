"""The peer on Pyramid."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNotFound, HTTPRequestEntityTooLarge
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from deploy.lab.peers import asked, rows


def number(request: Request, name: str) -> int:
    return asked.number(request.GET, name)


def text(said: str, status: int = 200) -> Response:
    return Response(said, content_type="text/plain", charset="utf-8", status=status)


def bad_number(error: asked.BadNumber, request: Request) -> Response:
    return text(str(error), 400)


@view_config(route_name="plain", request_method="GET")
def plain(request: Request) -> Response:
    return text("Hello, world!")


@view_config(route_name="json", request_method="GET", renderer="json")
def as_json(request: Request) -> dict[str, str]:
    return {"message": "Hello, world!"}


@view_config(route_name="row", request_method="GET", renderer="templates/row.html")
def row(request: Request) -> dict[str, rows.Row]:
    if found := rows.one(number(request, "id")):
        return {"row": found}
    raise HTTPNotFound


@view_config(route_name="rows", request_method="GET", renderer="templates/rows.html")
def all_rows(request: Request) -> dict[str, list[rows.Row]]:
    return {"rows": rows.every()}


@view_config(route_name="wait", request_method="GET")
def wait(request: Request) -> Response:
    milliseconds = number(request, "ms")
    time.sleep(milliseconds / 1000)
    return text(f"waited {milliseconds} ms")


@view_config(route_name="waits", request_method="GET")
def waits(request: Request) -> Response:
    count, milliseconds = number(request, "count"), number(request, "ms")
    for _ in range(count):
        time.sleep(milliseconds / 1000)
    return text(f"waited {count} times {milliseconds} ms")


@view_config(route_name="waits-threads", request_method="GET")
def waits_threads(request: Request) -> Response:
    count, milliseconds = number(request, "count"), number(request, "ms")
    with ThreadPoolExecutor(asked.CALLING_THREADS) as pool:
        list(pool.map(time.sleep, [milliseconds / 1000] * count))
    return text(f"waited {count} times {milliseconds} ms")


@view_config(route_name="upload", request_method="POST", renderer="json")
def upload(request: Request) -> dict[str, Any]:
    if (request.content_length or 0) > asked.MOST_UPLOADED_BYTES:
        raise HTTPRequestEntityTooLarge
    count, digest = 0, hashlib.sha256()
    while piece := request.body_file.read(asked.PIECE_BYTES):
        digest.update(piece)
        count += len(piece)
    return {"bytes": count, "sha256": digest.hexdigest()}


@view_config(route_name="events", request_method="GET")
def events(request: Request) -> Response:
    stream = _event_stream(number(request, "count"), number(request, "every_ms") / 1000)
    return Response(app_iter=stream, content_type="text/event-stream")


def _event_stream(count: int, every_seconds: float) -> Iterator[bytes]:
    number = 0
    while not count or number < count:
        if number:
            time.sleep(every_seconds)
        yield f"data: {number}\n\n".encode()
        number += 1


@view_config(route_name="large", request_method="GET")
def large(request: Request) -> Response:
    kib = number(request, "kib")
    pieces = asked.large_pieces(kib)
    return Response(app_iter=pieces, content_type="application/octet-stream", content_length=kib * 1024)


def _application() -> Any:
    with Configurator() as config:
        config.include("pyramid_jinja2")
        config.add_jinja2_renderer(".html")
        for name in ("plain", "json", "row", "rows", "wait", "waits", "waits-threads", "upload", "events", "large"):
            config.add_route(name, f"/{name}")
        config.add_exception_view(bad_number, context=asked.BadNumber)
        # Given by hand: while it is imported, the package does not know the module yet.
        config.scan(sys.modules[__name__])
        return config.make_wsgi_app()


application = _application()
