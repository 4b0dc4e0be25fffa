"""The peer on Flask."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from deploy.lab.peers import asked, rows

TEXT = "text/plain"

application = Flask(__name__)
# Flask itself refuses what is larger, with 413.
application.config["MAX_CONTENT_LENGTH"] = asked.MOST_UPLOADED_BYTES


def number(name: str) -> int:
    return asked.number(request.args, name)


def text(said: str) -> Response:
    return Response(said, mimetype=TEXT)


@application.errorhandler(asked.BadNumber)
def bad_number(error: asked.BadNumber) -> ResponseReturnValue:
    return Response(str(error), status=400, mimetype=TEXT)


@application.get("/plain")
def plain() -> ResponseReturnValue:
    return text("Hello, world!")


@application.get("/json")
def as_json() -> ResponseReturnValue:
    return {"message": "Hello, world!"}


@application.get("/row")
def row() -> ResponseReturnValue:
    return render_template("row.html", row=rows.one(number("id")) or abort(404))


@application.get("/rows")
def all_rows() -> ResponseReturnValue:
    return render_template("rows.html", rows=rows.every())


@application.get("/wait")
def wait() -> ResponseReturnValue:
    milliseconds = number("ms")
    time.sleep(milliseconds / 1000)
    return text(f"waited {milliseconds} ms")


@application.get("/wait-async")
async def wait_async() -> ResponseReturnValue:
    """Flask's own async view: it has an event loop to itself, and its worker waits with it."""
    milliseconds = number("ms")
    await asyncio.sleep(milliseconds / 1000)
    return text(f"waited {milliseconds} ms")


@application.get("/waits")
def waits() -> ResponseReturnValue:
    count, milliseconds = number("count"), number("ms")
    for _ in range(count):
        time.sleep(milliseconds / 1000)
    return text(f"waited {count} times {milliseconds} ms")


@application.get("/waits-threads")
def waits_threads() -> ResponseReturnValue:
    count, milliseconds = number("count"), number("ms")
    with ThreadPoolExecutor(asked.CALLING_THREADS) as pool:
        list(pool.map(time.sleep, [milliseconds / 1000] * count))
    return text(f"waited {count} times {milliseconds} ms")


@application.post("/upload")
def upload() -> ResponseReturnValue:
    count, digest = 0, hashlib.sha256()
    # Not until the stream is empty: asked for more than the most that it may give, it says 413 to the most as well.
    while count < (request.content_length or 0) and (piece := request.stream.read(asked.PIECE_BYTES)):
        digest.update(piece)
        count += len(piece)
    answer: dict[str, Any] = {"bytes": count, "sha256": digest.hexdigest()}
    return answer


@application.get("/events")
def events() -> ResponseReturnValue:
    stream = _event_stream(number("count"), number("every_ms") / 1000)
    return Response(stream, mimetype="text/event-stream")


def _event_stream(count: int, every_seconds: float) -> Iterator[str]:
    number = 0
    while not count or number < count:
        if number:
            time.sleep(every_seconds)
        yield f"data: {number}\n\n"
        number += 1


@application.get("/large")
def large() -> ResponseReturnValue:
    kib = number("kib")
    headers = {"Content-Length": str(kib * 1024)}
    return Response(asked.large_pieces(kib), mimetype="application/octet-stream", headers=headers)
