"""Asking over HTTP with the standard library, and what is thrown where the answer is another than it should be."""

from __future__ import annotations

import contextlib
import http.client
import time
from collections.abc import Iterator
from typing import NamedTuple

TIMEOUT_SECONDS = 10.0


class Failed(Exception):
    """What a peer does otherwise than the others; one line."""


class Answer(NamedTuple):
    status: int
    kind: str
    body: bytes
    # From the sending of the request to the end of the answer.
    seconds: float


def expect(is_so: bool, complaint: str) -> None:
    if not is_so:
        raise Failed(complaint)


def ask(port: int, path: str, *, method: str = "GET", body: bytes | None = None, status: int = 200) -> Answer:
    """The answer, on a connection of its own. Raises Failed where its status is not ``status``."""
    with requested(port, path, method=method, body=body) as (response, began):
        answer = Answer(response.status, kind(response), response.read(), time.monotonic() - began)
    expect(answer.status == status, f"{method} {path} gives {answer.status}, not {status}")
    return answer


@contextlib.contextmanager
def requested(
    port: int, path: str, *, method: str = "GET", body: bytes | None = None
) -> Iterator[tuple[http.client.HTTPResponse, float]]:
    """The response whose body is still to be read, and when it was asked for (``time.monotonic()``)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        began = time.monotonic()
        # Who is told that a body is too large may close before it has been sent: the answer is there all the same.
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            connection.request(method, path, body=body)
        response = connection.getresponse()
        with response:
            yield response, began
    finally:
        connection.close()


def kind(response: http.client.HTTPResponse) -> str:
    """The content type without its parameters."""
    return (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
