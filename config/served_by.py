"""Which door, server and process answered, in how many milliseconds and SQL queries: in a header and in the footer.

Queries are counted where they run: on WSGI in the request's own thread, on ASGI in whatever thread a view was sent to.
Every connection therefore carries the same counter, which asks the context (it travels along) for whom it counts.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponseBase


def server_name() -> str:
    """The server that runs this process: as the environment says, or by the program that was started."""
    return settings.SERVER_NAME_SHOWN or Path(sys.argv[0] if sys.argv else "").stem or "unknown"


class ServedBy:
    """What one request has cost so far."""

    def __init__(self, door: str) -> None:
        self.door = door
        self.server = server_name()
        self.process = f"{socket.gethostname()}:{os.getpid()}"
        self.queries = 0
        self._started = time.perf_counter()

    @property
    def milliseconds(self) -> float:
        return round((time.perf_counter() - self._started) * 1000, 1)

    def __str__(self) -> str:
        return (
            f"door={self.door}; server={self.server}; process={self.process}; "
            f"ms={self.milliseconds}; queries={self.queries}"
        )


_current: ContextVar[ServedBy | None] = ContextVar("served_by", default=None)


def _count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    served_by = _current.get()
    if served_by is not None:
        served_by.queries += 1
    return execute(sql, params, many, context)


def _watch(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    if _count not in connection.execute_wrappers:
        connection.execute_wrappers.append(_count)


connection_created.connect(_watch)


class ServedByMiddleware:
    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return self._answer_async(request) if self.is_async else self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        served_by = _begin(request)
        return _end(served_by, cast(HttpResponseBase, self.get_response(request)))

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        served_by = _begin(request)
        return _end(served_by, await self.get_response(request))


def _begin(request: HttpRequest) -> ServedBy:
    served_by = ServedBy("asgi" if isinstance(request, ASGIRequest) else "wsgi")
    request.served_by = served_by  # type: ignore[attr-defined]
    _current.set(served_by)
    # Those that were open before this module heard of new ones.
    for connection in connections.all(initialized_only=True):
        _watch(connection)
    return served_by


def _end(served_by: ServedBy, response: HttpResponseBase) -> HttpResponseBase:
    _current.set(None)
    if settings.SHOW_SERVED_BY:
        response["X-Served-By"] = str(served_by)
    return response
