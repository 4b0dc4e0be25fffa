"""What every peer does over HTTP."""

from __future__ import annotations

import hashlib
import html
import http.client
import json
import re
import time
from collections.abc import Callable
from http.client import HTTPException
from urllib.parse import urlencode

from deploy.lab.conformance.wire import TIMEOUT_SECONDS, Answer, ask, expect, kind, requested
from deploy.lab.peers import rows
from deploy.lab.peers.asked import MOST_UPLOADED_BYTES

__all__ = ["CHECKS", "HTTPException", "same_connection", "unknown_path", "waits"]

HELLO = b"Hello, world!"
MARK = re.compile(r"<[^>]*>")
ITEM = re.compile(r"<li\b.*?</li>", re.DOTALL)
# So many times so long: one after the other it takes the product, at once little more than one of them.
TIMES, EACH_MS, TRIES = 5, 60, 3
# A timer may be a little early by another clock.
EARLY_SECONDS = 0.005
EVENTS, EVERY_MS = 3, 60


def plain(port: int) -> None:
    _is(ask(port, "/plain"), "text/plain", HELLO)
    with requested(port, "/plain", method="POST", body=b"") as (response, _):
        expect(response.status in {404, 405}, f"POST /plain gives {response.status}")


def as_json(port: int) -> None:
    answer = ask(port, "/json")
    _is(answer, "application/json")
    expect(json.loads(answer.body) == {"message": HELLO.decode()}, f"/json says {answer.body[:80]!r}")


def row(port: int) -> None:
    wanted = rows.sample()[6]
    answer = ask(port, f"/row?{urlencode({'id': wanted.id})}")
    _is(answer, "text/html")
    _shows(answer.body.decode(), wanted)
    ask(port, f"/row?id={rows.COUNT + 1}", status=404)
    ask(port, "/row?id=seven", status=400)


def all_rows(port: int) -> None:
    answer = ask(port, "/rows")
    _is(answer, "text/html")
    items = ITEM.findall(answer.body.decode())
    expect(len(items) == rows.COUNT, f"/rows lists {len(items)} rows, not {rows.COUNT}")
    for item, wanted in zip(items, rows.sample(), strict=True):
        _shows(item, wanted)


def wait(port: int, path: str = "/wait") -> None:
    answer = ask(port, f"{path}?ms={EACH_MS}")
    _is(answer, "text/plain", f"waited {EACH_MS} ms".encode())
    expect(answer.seconds >= EACH_MS / 1000 - EARLY_SECONDS, f"{path} waits only {answer.seconds * 1000:.0f} ms")
    ask(port, f"{path}?ms=-1", status=400)


def waits(port: int, path: str = "/waits", *, is_async: bool) -> None:
    # A busy machine makes a fast answer slow, but no slow one fast.
    seconds = min(_waited(port, path) for _ in range(TRIES if is_async else 1))
    in_turn = seconds >= (TIMES * EACH_MS) / 1000 - EARLY_SECONDS
    expect(in_turn != is_async, f"{path} takes {seconds * 1000:.0f} ms for {TIMES} times {EACH_MS} ms")
    ask(port, f"{path}?count=many&ms=1", status=400)


def _waited(port: int, path: str) -> float:
    answer = ask(port, f"{path}?count={TIMES}&ms={EACH_MS}")
    _is(answer, "text/plain", f"waited {TIMES} times {EACH_MS} ms".encode())
    return answer.seconds


def upload(port: int) -> None:
    for count in (0, 100_000, MOST_UPLOADED_BYTES):
        body = b"0123456789abcdef" * (count // 16) + b"x" * (count % 16)
        answer = ask(port, "/upload", method="POST", body=body)
        _is(answer, "application/json")
        wanted = {"bytes": count, "sha256": hashlib.sha256(body).hexdigest()}
        expect(json.loads(answer.body) == wanted, f"/upload of {count} bytes says {answer.body[:120]!r}")
    ask(port, "/upload", method="POST", body=b"x" * (MOST_UPLOADED_BYTES + 1), status=413)


def events(port: int) -> None:
    with requested(port, f"/events?count={EVENTS}&every_ms={EVERY_MS}") as (response, _):
        expect(kind(response) == "text/event-stream", f"/events is {kind(response)!r}")
        first = response.read1()
        came = time.monotonic()
        body = first + response.read()
        rest_seconds = time.monotonic() - came
    wanted = b"".join(f"data: {number}\n\n".encode() for number in range(EVENTS))
    expect(body == wanted, f"/events says {body[:80]!r}")
    expect(rest_seconds >= EVERY_MS / 1000, "/events come all at once, at the end")
    _leave_endless_events(port)


def _leave_endless_events(port: int) -> None:
    with requested(port, "/events?count=0&every_ms=5") as (response, _):
        for number in range(4):
            expect(response.readline() == f"data: {number}\n".encode(), "/events?count=0 does not count")
            response.readline()
    # Even a server with one slot has found out by now that nobody reads any more.
    ask(port, "/plain")


def large(port: int) -> None:
    for kib in (1, 200):
        answer = ask(port, f"/large?kib={kib}")
        expect(answer.body == b"x" * kib * 1024, f"/large?kib={kib} brings {len(answer.body)} bytes")
    ask(port, "/large?kib=102401", status=400)


def unknown_path(port: int) -> None:
    ask(port, "/nothing-here", status=404)


def same_connection(port: int) -> None:
    """A second request on the same connection, unless the server has said that it closes it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        for _ in range(2):
            connection.request("GET", "/plain")
            response = connection.getresponse()
            expect(response.read() == HELLO, "the second request on a connection is answered otherwise")
    finally:
        connection.close()


def _is(answer: Answer, wanted_kind: str, body: bytes | None = None) -> None:
    expect(answer.kind == wanted_kind, f"the content type is {answer.kind!r}, not {wanted_kind!r}")
    expect(body is None or answer.body == body, f"the answer is {answer.body[:80]!r}, not {body!r}")


def _shows(page: str, row: rows.Row) -> None:
    """The row stands there as a reader sees it, and what looks like a mark in it is none."""
    expect(f"<{row.id:02}>" not in page, f"the name of row {row.id} is not escaped")
    seen = html.unescape(MARK.sub(" ", page))
    for text in (row.name, row.price, row.note):
        expect(text in seen, f"row {row.id} does not show {text!r}")


CHECKS: dict[str, Callable[[int], None]] = {
    "plain": plain,
    "json": as_json,
    "row": row,
    "rows": all_rows,
    "wait": wait,
    "wait-blocking": lambda port: wait(port, "/wait-blocking"),
    "wait-thread": lambda port: wait(port, "/wait-thread"),
    "wait-async": lambda port: wait(port, "/wait-async"),
    "waits-threads": lambda port: waits(port, "/waits-threads", is_async=True),
    "upload": upload,
    "events": events,
    "large": large,
}
