"""nginx with the site's own configuration, before a stand-in that tells what reached it."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from deploy import front
from deploy.topology import load
from tests.programs import find_program, free_port, skipped_when_missing, start_process, stop_process

pytestmark = [pytest.mark.nginx, pytest.mark.live]


class Echo(BaseHTTPRequestHandler):
    """Answers with the request's own headers and the name of the door that got it."""

    door = ""

    def do_GET(self) -> None:
        body = json.dumps({"door": self.door, "headers": {k.lower(): v for k, v in self.headers.items()}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *arguments: object) -> None:
        pass


@dataclass
class Nginx:
    port: int
    data: Path
    doors: dict[str, ThreadingHTTPServer]

    def ask(
        self, path: str, headers: dict[str, str] | None = None, method: str = "GET", body: bytes | None = None
    ) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            text = answer.read().decode()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text
        finally:
            connection.close()

    def reached(self, path: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        status, _headers, text = self.ask(path, headers)
        assert status == 200
        echoed: dict[str, Any] = json.loads(text)
        return echoed


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with skipped_when_missing():
        program = find_program("nginx", "nginx")
    data = tmp_path_factory.mktemp("data")
    doors = {}
    for name in ("wsgi", "asgi"):
        doors[name] = ThreadingHTTPServer(("127.0.0.1", 0), type(name, (Echo,), {"door": name}))
        threading.Thread(target=doors[name].serve_forever, daemon=True).start()
    port = free_port()
    ports = {name: server.server_port for name, server in doors.items()}
    configuration = front.write_configuration(load("split"), port=port, ports=ports, data=data)
    command = [program, "-e", "stderr", "-p", str(configuration.parent), "-c", str(configuration)]
    process = start_process(command, data)
    try:
        started = Nginx(port, data, doors)
        for _attempt in range(100):
            try:
                started.ask("/healthz")
                break
            except ConnectionRefusedError:
                assert process.poll() is None, (data / "log").read_text()
                time.sleep(0.05)
        yield started
    finally:
        stop_process(process)
        for server in doors.values():
            server.shutdown()
            server.server_close()


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/", "wsgi"),
        ("/chat/", "asgi"),
        ("/chat/lobby/", "asgi"),
        ("/ws/", "asgi"),
        ("/chatter/", "wsgi"),
        ("/c/x/", "wsgi"),
    ],
)
def test_each_path_reaches_its_door(nginx: Nginx, path: str, door: str) -> None:
    assert nginx.reached(path)["door"] == door


def test_what_a_client_claims_of_itself_ends_here(nginx: Nginx) -> None:
    lies = {
        "X-Forwarded-For": "6.6.6.6",
        "X-Real-IP": "6.6.6.6",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "6666",
        "Forwarded": "for=6.6.6.6",
        "Proxy": "http://evil.example",
        "Daphne-Root-Path": "//evil.example",
    }
    # This client is the trusted proxy's address; through another one the lie would not even be read.
    reached = nginx.reached("/", {name: value for name, value in lies.items() if name != "X-Forwarded-For"})["headers"]
    assert reached["x-forwarded-for"] == "127.0.0.1"
    assert reached["x-real-ip"] == "127.0.0.1"
    assert reached["x-forwarded-proto"] == "http"
    assert not {"x-forwarded-host", "x-forwarded-port", "forwarded", "proxy", "daphne-root-path"} & set(reached)


def test_a_trusted_proxy_tells_one_address_and_only_the_last_is_believed(nginx: Nginx) -> None:
    reached = nginx.reached("/", {"X-Forwarded-For": "6.6.6.6, 203.0.113.9"})["headers"]
    assert reached["x-forwarded-for"] == reached["x-real-ip"] == "203.0.113.9"


def test_an_upgrade_is_passed_on_and_an_ordinary_request_asks_for_none(nginx: Nginx) -> None:
    upgraded = nginx.reached("/ws/", {"Connection": "Upgrade", "Upgrade": "websocket"})["headers"]
    assert (upgraded["connection"], upgraded["upgrade"]) == ("upgrade", "websocket")
    assert "upgrade" not in nginx.reached("/")["headers"]


def test_the_host_keeps_its_port(nginx: Nginx) -> None:
    assert nginx.reached("/", {"Host": "shop.example:8443"})["headers"]["host"] == "shop.example:8443"


def test_a_name_with_a_hash_is_kept_for_a_year_and_another_is_asked_for_again(nginx: Nginx) -> None:
    folder = nginx.data / "static"
    folder.mkdir(exist_ok=True)
    (folder / "app.0123456789ab.css").write_text("a { color: red }")
    (folder / "app.css").write_text("a { color: red }")
    status, headers, _text = nginx.ask("/static/app.0123456789ab.css")
    assert (status, headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert headers["content-type"] == "text/css; charset=utf-8"
    assert nginx.ask("/static/app.css")[1]["cache-control"] == "no-cache"
    assert nginx.ask("/static/none.css")[0] == 404


def test_media_are_pictures_and_can_be_nothing_else(nginx: Nginx) -> None:
    folder = nginx.data / "media"
    folder.mkdir(exist_ok=True)
    for name in ("good.webp", "evil.html", "evil.svg", "evil.js", "nothing"):
        (folder / name).write_text("<script>alert(1)</script>")
    status, headers, _text = nginx.ask("/media/good.webp")
    assert (status, headers["content-type"], headers["x-content-type-options"]) == (200, "image/webp", "nosniff")
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    for name in ("evil.html", "evil.svg", "evil.js", "nothing", ""):
        assert nginx.ask(f"/media/{name}")[0] == 404, name


def test_the_data_folder_itself_is_not_served(nginx: Nginx) -> None:
    (nginx.data / "secret_key").write_text("sesame")
    for path in (
        "/static/../secret_key",
        "/static/%2e%2e/secret_key",
        "/media/..%2fsecret_key",
        "/static//../secret_key",
    ):
        assert "sesame" not in nginx.ask(path)[2], path


def test_a_body_that_is_too_large_is_refused_before_it_is_read(nginx: Nginx) -> None:
    assert nginx.ask("/chat/", {"Content-Length": "300000"}, "POST")[0] == 413
    assert nginx.ask("/", {"Content-Length": "30000000"}, "POST")[0] == 413


def test_guessing_passwords_is_slowed_down_and_reading_the_form_is_not(nginx: Nginx) -> None:
    guesser = {"X-Forwarded-For": "203.0.113.77", "Content-Length": "0"}
    guesses = [nginx.ask("/account/login/", guesser, "POST")[0] for _guess in range(30)]
    assert guesses[0] == 200
    assert guesses[-1] == 429
    assert {nginx.ask("/account/login/", {"X-Forwarded-For": "203.0.113.77"})[0] for _look in range(30)} == {200}


def test_a_class_may_choose_its_names_at_once_and_nobody_hundreds(nginx: Nginx) -> None:
    writer = {"X-Forwarded-For": "203.0.113.78", "Content-Length": "0"}
    names = [nginx.ask("/chat/lobby/name", writer, "POST")[0] for _name in range(60)]
    assert set(names[:35]) == {200}
    assert names[-1] == 429
    assert nginx.ask("/chat/lobby/send", writer, "POST")[0] == 200


def test_when_nothing_answers_behind_the_page_says_so_in_two_languages(tmp_path: Path) -> None:
    with skipped_when_missing():
        program = find_program("nginx", "nginx")
    port, nobody = free_port(), free_port()
    configuration = front.write_configuration(
        load("split"), port=port, ports={"wsgi": nobody, "asgi": nobody}, data=tmp_path
    )
    process = start_process([program, "-e", "stderr", "-p", str(tmp_path), "-c", str(configuration)], tmp_path)
    try:
        alone = Nginx(port, tmp_path, {})
        for _attempt in range(100):
            try:
                status, headers, text = alone.ask("/")
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        assert status == 502
        assert "Back in a moment" in text
        assert "Volvemos enseguida" in text
        assert (headers["retry-after"], headers["cache-control"]) == ("5", "no-store")
        assert alone.ask("/unavailable.css")[0] == 200
        assert alone.ask("/unavailable.html")[0] == 404
    finally:
        stop_process(process)
