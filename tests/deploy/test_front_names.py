"""nginx follows a process that comes back under another address, as containers do."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from deploy import front
from deploy.topology import load
from tests.programs import find_program, free_port, skipped_when_missing, start_process, stop_process

pytestmark = [pytest.mark.nginx, pytest.mark.live]

NAME = "door.test"


class Names:
    """A name server that knows one address, whatever it is asked."""

    def __init__(self) -> None:
        self.address = "127.0.0.1"
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                question, client = self._socket.recvfrom(512)
            except OSError:
                return
            # The question again, and one answer to it: A, IN, one second, four bytes (RFC 1035, 4.1).
            answer = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x01\x00\x04" + socket.inet_aton(self.address)
            self._socket.sendto(question[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + question[12:] + answer, client)

    def close(self) -> None:
        self._socket.close()


@contextmanager
def door_at(address: str, port: int) -> Iterator[None]:
    class Says(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(address.encode())

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer((address, port), Says)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def wait_for(url: str, expected: str, seconds: float = 10) -> None:
    said = ""
    deadline = time.monotonic() + seconds
    while said != expected and time.monotonic() < deadline:
        time.sleep(0.1)
        try:
            with urlopen(url, timeout=10) as answer:
                said = answer.read().decode()
        except URLError as error:
            said = str(error)
    assert said == expected


def test_a_process_that_comes_back_under_another_address_is_found(tmp_path: Path) -> None:
    with skipped_when_missing():
        program = find_program("nginx", "nginx")
    names, port, door = Names(), free_port(), free_port()
    configuration = front.write_configuration(
        load("split"), port=port, ports={"wsgi": door, "asgi": door}, data=tmp_path
    )
    site = configuration.with_name("site.conf")
    text = site.read_text(encoding="utf-8").replace(f"127.0.0.1:{door}", f"{NAME}:{door}")
    site.write_text(text.replace("resolver 127.0.0.1", f"resolver 127.0.0.1:{names.port}"), encoding="utf-8")
    process = start_process([program, "-e", "stderr", "-p", str(tmp_path), "-c", str(configuration)], tmp_path)
    try:
        with door_at("127.0.0.1", door):
            wait_for(f"http://127.0.0.1:{port}/", "127.0.0.1")
        names.address = "127.0.0.2"
        with door_at("127.0.0.2", door):
            wait_for(f"http://127.0.0.1:{port}/", "127.0.0.2")
    finally:
        stop_process(process)
        names.close()
