"""A container's health check: what it makes of its server's answer."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deploy.docker.probe import main
from tests.programs import free_port


class Door(BaseHTTPRequestHandler):
    """Answers as both doors do: to a name they know, over what a proxy says was TLS."""

    def do_GET(self) -> None:
        known = (self.headers["Host"], self.headers["X-Forwarded-Proto"]) == ("localhost", "https")
        self.send_response(int(self.path[1:]) if known else 400)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PROBE_PORT", str(server.server_port))
    yield
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("path", "status"), [("/200", 0), ("/503", 1), ("/301", 1)])
def test_only_200_is_health(door: None, path: str, status: int) -> None:
    assert main(path) == status


def test_nobody_there_is_no_health(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_PORT", str(free_port()))
    assert main("/readyz") == 1
