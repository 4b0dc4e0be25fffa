"""A web server of pictures on the loopback, with every bad habit a server can have."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

from PIL import Image

from shop.exchange.fetching import Fetcher

HOST = "pictures.example"


def png(colour: str = "red", size: tuple[int, int] = (40, 30)) -> bytes:
    to = BytesIO()
    Image.new("RGB", size, colour).save(to, "PNG")
    return to.getvalue()


class _Handler(BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Host"]))
        # A client that has heard enough hangs up; the server need not complain of it.
        with suppress(OSError):
            self.server.pages.get(self.path, _missing)(self)

    def log_message(self, *args: object) -> None:
        return

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


Page = Callable[[_Handler], object]


def _missing(handler: _Handler) -> None:
    handler.answer(b"", 404)


class Web(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, str]] = []
        self.scheme = "http"

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str, host: str = HOST) -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def serve(self, path: str, body: bytes) -> str:
        self.pages[path] = lambda handler: handler.answer(body)
        return self.url(path)

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        self.pages[path] = lambda handler: handler.answer(b"", status, Location=to)
        return self.url(path)

    def drip(self, path: str, *, head: bool) -> str:
        """One byte every 50 ms for ever: each single read is quick."""

        def page(handler: _Handler) -> None:
            if not head:
                handler.send_response(200)
                handler.end_headers()
            for _ in range(200):
                handler.wfile.write(b"x" if not head else b"H")
                time.sleep(0.05)

        self.pages[path] = page
        return self.url(path)

    def fetcher(self, *, max_bytes: int = 1_000_000, seconds: float = 5, **options: object) -> Fetcher:
        """One that may visit this server: its name is looked up as the loopback, which is open to it alone."""
        rules = {
            "is_open": lambda address: str(address) == "127.0.0.1",
            "ports": lambda scheme, port: port == self.port,
            "look_up": lambda host, port: ["127.0.0.1"],
        } | options
        return Fetcher(max_bytes=max_bytes, seconds=seconds, **rules)  # type: ignore[arg-type]


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Web]:
    web = Web()
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        web.socket = context.wrap_socket(web.socket, server_side=True, do_handshake_on_connect=False)
        web.scheme = "https"
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        web.shutdown()
        web.server_close()
        thread.join()


def make_certificate(path: Path, host: str) -> Path:
    """A certificate that vouches for itself, with its key, in one file."""
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    name = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    command = ["openssl", "req", *kind, *name, "-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run(command, check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@contextmanager
def deaf_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])
