"""The peer on WSGI alone, without a framework: what any framework adds is measured against this."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from deploy.lab.peers import asked, bare_pages, rows

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
JSON = "application/json"


class Answer(NamedTuple):
    status: HTTPStatus
    kind: str
    body: Iterable[bytes]
    # Where the body is a whole; nothing where it is streamed.
    length: int | None


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    method, view = ROUTES.get(environ["PATH_INFO"], ("", None))
    if view is None:
        answer = _whole(b"not found", TEXT, HTTPStatus.NOT_FOUND)
    elif environ["REQUEST_METHOD"] != method:
        answer = _whole(b"method not allowed", TEXT, HTTPStatus.METHOD_NOT_ALLOWED)
    else:
        try:
            answer = view(environ, dict(parse_qsl(environ.get("QUERY_STRING", ""))))
        except asked.BadNumber as error:
            answer = _whole(str(error).encode(), TEXT, HTTPStatus.BAD_REQUEST)
    headers = [("Content-Type", answer.kind)]
    if answer.length is not None:
        headers.append(("Content-Length", str(answer.length)))
    start_response(f"{answer.status.value} {answer.status.phrase}", headers)
    return answer.body


def _whole(body: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Answer(status, kind, [body], len(body))


def _plain(environ: WSGIEnvironment, query: Mapping[str, str]) -> Answer:
    return _whole(b"Hello, world!", TEXT)


def _json(environ: WSGIEnvironment, query: Mapping[str, str]) -> Answer:
    return _whole(json.dumps({"message": "Hello, world!"}).encode(), JSON)


def _row(environ: WSGIEnvironment, query: Mapping[str, str]) -> Answer:
    row = rows.one(asked.number(query, "id"))
    if row is None:
        return _whole(b"no such row", TEXT, HTTPStatus.NOT_FOUND)
    return _whole(bare_pages.row_page(row), HTML)


def _rows(environ: WSGIEnvironment, query: Mapping[str, str]) -> Answer:
    return _whole(bare_pages.rows_page(rows.every()), HTML)


def _wait(environ: WSGIEnvironment, query: Mapping[str, str]) -> Answer:
    milliseconds = asked.number(query, "ms")
    time.sleep(milliseconds / 1000)
    return _whole(f"waited {milliseconds} ms".encode(), TEXT)


def _waits(environ: WSGIEnvironment, query: Mapping[str, str]) -> Answer:
    count, milliseconds = asked.number(query, "count"), asked.number(query, "ms")
    for _ in range(count):
        time.sleep(milliseconds / 1000)
    return _whole(f"waited {count} times {milliseconds} ms".encode(), TEXT)


def _waits_threads(environ: WSGIEnvironment, query: Mapping[str, str]) -> Answer:
    count, milliseconds = asked.number(query, "count"), asked.number(query, "ms")
    with ThreadPoolExecutor(asked.CALLING_THREADS) as pool:
        list(pool.map(time.sleep, [milliseconds / 1000] * count))
    return _whole(f"waited {count} times {milliseconds} ms".encode(), TEXT)


def _upload(environ: WSGIEnvironment, query: Mapping[str, str]) -> Answer:
    left = asked.declared_bytes(environ.get("CONTENT_LENGTH"))
    if left > asked.MOST_UPLOADED_BYTES:
        return _whole(b"too large", TEXT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    count, digest = 0, hashlib.sha256()
    while left and (piece := environ["wsgi.input"].read(min(left, asked.PIECE_BYTES))):
        digest.update(piece)
        count += len(piece)
        left -= len(piece)
    return _whole(json.dumps({"bytes": count, "sha256": digest.hexdigest()}).encode(), JSON)


def _events(environ: WSGIEnvironment, query: Mapping[str, str]) -> Answer:
    stream = _event_stream(asked.number(query, "count"), asked.number(query, "every_ms") / 1000)
    return Answer(HTTPStatus.OK, "text/event-stream", stream, None)


def _event_stream(count: int, every_seconds: float) -> Iterator[bytes]:
    number = 0
    while not count or number < count:
        if number:
            time.sleep(every_seconds)
        yield f"data: {number}\n\n".encode()
        number += 1


def _large(environ: WSGIEnvironment, query: Mapping[str, str]) -> Answer:
    kib = asked.number(query, "kib")
    return Answer(HTTPStatus.OK, "application/octet-stream", asked.large_pieces(kib), kib * 1024)


View = Callable[["WSGIEnvironment", Mapping[str, str]], Answer]
ROUTES: dict[str, tuple[str, View]] = {
    "/plain": ("GET", _plain),
    "/json": ("GET", _json),
    "/row": ("GET", _row),
    "/rows": ("GET", _rows),
    "/wait": ("GET", _wait),
    "/waits": ("GET", _waits),
    "/waits-threads": ("GET", _waits_threads),
    "/upload": ("POST", _upload),
    "/events": ("GET", _events),
    "/large": ("GET", _large),
}
