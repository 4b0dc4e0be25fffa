"""What an application costs by itself: requests handed to it in this process, with no server and no socket.

``python -m deploy.lab.handler PEER VIEW SECONDS`` prints a line of JSON: the requests, and microseconds each, of
processor time and of the clock. ASGI runs on the standard library's event loop. A program of its own, because a process
can hold one Django only.
"""

from __future__ import annotations

import asyncio
import importlib
import io
import json
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from deploy.lab import servers

WARM_UP_REQUESTS = 200
# Between two looks at the clock.
BATCH = 50
# What is asked for where /plain, which is written as the interface wants it, is not of that kind: a wait of nothing.
OTHER_PATHS = {
    ("flask", "async"): "/wait-async?ms=0",
    ("fastapi", "sync"): "/wait-thread?ms=0",
    ("starlette", "sync"): "/wait-thread?ms=0",
}
# Django has its views in both ways, and takes either on both interfaces.
DJANGO_URLS = "deploy.lab.peers.django_peer.urls_{view}"

Message = MutableMapping[str, Any]
Asgi = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


def measure(peer: str, view: str, seconds: float) -> dict[str, float]:
    known = servers.peers()[peer]
    module, _, attribute = known.target.partition(":")
    application = getattr(importlib.import_module(module), attribute)
    if peer.startswith("django"):
        _choose_views(view)
    path = OTHER_PATHS.get((peer, view), "/plain")
    if known.interface == "asgi":
        return asyncio.run(_measure_asgi(application, path, seconds))
    return _measure_wsgi(application, path, seconds)


def _choose_views(view: str) -> None:
    """Before the first request: Django reads its routes then."""
    from django.conf import settings

    settings.ROOT_URLCONF = DJANGO_URLS.format(view=view)


def _measure_wsgi(application: Callable[..., Any], path: str, seconds: float) -> dict[str, float]:
    for _ in range(WARM_UP_REQUESTS):
        _ask_wsgi(application, path)
    clock = _Clock(seconds)
    while clock.runs():
        for _ in range(BATCH):
            _ask_wsgi(application, path)
    return clock.figures()


async def _measure_asgi(application: Asgi, path: str, seconds: float) -> dict[str, float]:
    for _ in range(WARM_UP_REQUESTS):
        await _ask_asgi(application, path)
    clock = _Clock(seconds)
    while clock.runs():
        for _ in range(BATCH):
            await _ask_asgi(application, path)
    return clock.figures()


def _ask_wsgi(application: Callable[..., Any], path: str) -> None:
    path, _, query = path.partition("?")
    statuses: list[str] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Callable[[bytes], object]:
        statuses.append(status)
        return lambda content: None

    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    body = application(environ, start_response)
    for _piece in body:
        pass
    if close := getattr(body, "close", None):
        close()
    _check(statuses[0].partition(" ")[0], path)


async def _ask_asgi(application: Asgi, path: str) -> None:
    path, _, query = path.partition("?")
    statuses: list[int] = []
    requests: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        if requests:
            return requests.pop()
        # Nobody leaves; whoever listens for that is cancelled.
        left: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        return await left

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope: Message = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1")],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
    }
    await application(scope, receive, send)
    _check(str(statuses[0]), path)


def _check(status: str, path: str) -> None:
    if status != "200":
        raise SystemExit(f"{path} was answered with {status}")


class _Clock:
    """Counts batches until the time is over."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._batches = -1
        self._began = self._now = time.perf_counter()
        self._cpu_began = time.process_time()

    def runs(self) -> bool:
        self._batches += 1
        self._now = time.perf_counter()
        return self._now - self._began < self._seconds

    def figures(self) -> dict[str, float]:
        cpu_seconds = time.process_time() - self._cpu_began
        requests = self._batches * BATCH
        return {
            "requests": requests,
            "cpu_us_per_request": cpu_seconds / requests * 1e6,
            "us_per_request": (self._now - self._began) / requests * 1e6,
        }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], sys.argv[2], float(sys.argv[3]))))
