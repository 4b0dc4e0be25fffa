"""Which door, server and process answered, in how many milliseconds and SQL queries: in a header and in the footer."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, HttpResponseBase


def server_name() -> str:
    """The server that runs this process: as the environment says, or by the program that was started."""
    return settings.SERVER_NAME_SHOWN or Path(sys.argv[0] if sys.argv else "").stem or "unknown"


class ServedBy:
    """What one request has cost so far. ``queries`` counts on every connection that the request's thread uses."""

    def __init__(self, door: str) -> None:
        self.door = door
        self.server = server_name()
        self.process = f"{socket.gethostname()}:{os.getpid()}"
        self.queries = 0
        self._started = time.perf_counter()

    @property
    def milliseconds(self) -> float:
        return round((time.perf_counter() - self._started) * 1000, 1)

    def count(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        self.queries += 1
        return execute(sql, params, many, context)

    def __str__(self) -> str:
        return (
            f"door={self.door}; server={self.server}; process={self.process}; "
            f"ms={self.milliseconds}; queries={self.queries}"
        )


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
        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(served_by.count))
            return _end(served_by, cast(HttpResponseBase, self.get_response(request)))

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        served_by = _begin(request)
        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(served_by.count))
            return _end(served_by, await self.get_response(request))


def _begin(request: HttpRequest) -> ServedBy:
    served_by = ServedBy("asgi" if isinstance(request, ASGIRequest) else "wsgi")
    request.served_by = served_by  # type: ignore[attr-defined]
    return served_by


def _end(served_by: ServedBy, response: HttpResponseBase) -> HttpResponseBase:
    if settings.SHOW_SERVED_BY:
        response["X-Served-By"] = str(served_by)
    return response
