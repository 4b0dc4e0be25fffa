"""The conformance check finds what a peer does otherwise than it should, and nothing where it does all."""

import json
import socketserver
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from websockets.sync.server import ServerConnection, serve

from deploy.lab import conformance
from deploy.lab.conformance import http, sockets
from deploy.lab.conformance.wire import Failed
from deploy.lab.peers import bare_wsgi
from tests.servers import free_port

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Threaded(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever goes away in the middle of an answer is meant to."""


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def served(application: Application) -> Iterator[int]:
    with make_server("127.0.0.1", 0, application, server_class=Threaded, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def changed(path: str, change: Callable[[bytes], bytes], status: str = "") -> Application:
    """The bare peer, but what it answers at ``path`` is collected, changed and sent at once."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != path:
            return bare_wsgi.application(environ, start_response)
        said: list[Any] = []
        remember: Any = lambda *words: said.extend(words)  # noqa: E731 - its type is the interface's, not ours
        body = b"".join(bare_wsgi.application(environ, remember))
        headers = [(name, value) for name, value in said[1] if name != "Content-Length"]
        start_response(status or said[0], headers)
        return [change(body)]

    return application


def unescaped(page: bytes) -> bytes:
    return page.replace(b"&lt;", b"<").replace(b"&gt;", b">")


def test_a_good_peer_has_no_failure() -> None:
    with served(bare_wsgi.application) as port:
        assert conformance.check(port, "bare-wsgi", "wsgi") == []


@pytest.mark.parametrize(
    ("name", "application", "says"),
    [
        ("plain", changed("/plain", bytes.upper), "the answer is b'HELLO, WORLD!'"),
        ("json", changed("/json", lambda body: b'{"message": "?"}'), "/json says"),
        ("row", changed("/row", unescaped), "the name of row 7 is not escaped"),
        ("row", changed("/row", lambda page: page.replace(b"18.59", b"18,59")), "row 7 does not show '18.59'"),
        ("rows", changed("/rows", lambda page: page.replace(b"<li", b"<b", 1)), "lists 49 rows, not 50"),
        ("wait", changed("/wait", lambda body: b"waited"), "the answer is b'waited'"),
        ("wait", changed("/wait", lambda body: body, "200 OK"), "gives 200, not 400"),
        ("upload", changed("/upload", lambda body: json.dumps({"bytes": 0}).encode()), "/upload of"),
        ("upload", changed("/upload", lambda body: body, "200 OK"), "/upload gives 200, not 413"),
        ("events", changed("/events", lambda body: body), "/events come all at once, at the end"),
        ("large", changed("/large", lambda body: body[:-1]), "/large?kib=1 brings 1023 bytes"),
    ],
)
def test_a_fault_is_found(name: str, application: Application, says: str) -> None:
    with served(application) as port, pytest.raises(Failed) as told:
        http.CHECKS[name](port)
    assert says in str(told.value)


def test_waits_one_after_the_other_are_no_waits_at_once_and_the_other_way_round() -> None:
    with served(bare_wsgi.application) as port:
        with pytest.raises(Failed, match="/waits takes 3"):
            http.waits(port, is_async=True)
        with pytest.raises(Failed, match="/waits-threads takes"):
            http.waits(port, "/waits-threads", is_async=False)


def test_a_page_for_everything_is_found() -> None:
    with served(changed("/nothing-here", bytes.upper, "200 OK")) as port:
        assert conformance.check(port, "bare-wsgi", "wsgi") == [
            "unknown path: GET /nothing-here gives 200, not 404",
        ]


def test_nobody_there_is_one_line_for_each_check() -> None:
    failures = conformance.check(free_port(), "bare-wsgi", "wsgi")
    assert len(failures) == len(conformance.checks("bare-wsgi"))
    assert all("no proper answer: " in failure and "\n" not in failure for failure in failures)


@contextmanager
def talking(handler: Callable[[ServerConnection], None]) -> Iterator[int]:
    with serve(handler, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.socket.getsockname()[1]
        finally:
            server.shutdown()
            thread.join()


def shouting(connection: ServerConnection) -> None:
    for message in connection:
        connection.send(message.upper())


def echoing(connection: ServerConnection) -> None:
    for message in connection:
        connection.send(message)


def test_an_echo_that_says_something_else_is_found() -> None:
    with talking(shouting) as port, pytest.raises(Failed, match="/echo sends back 'HELLO', not 'hello'"):
        sockets.echo(port)


def test_a_socket_for_every_path_is_found() -> None:
    with talking(echoing) as port, pytest.raises(Failed, match="a WebSocket to an unknown path is accepted"):
        sockets.echo(port)


def test_a_fan_that_reaches_only_whoever_speaks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "TIMEOUT_SECONDS", 0.2)
    with talking(echoing) as port, pytest.raises(TimeoutError):
        sockets.fan(port)
