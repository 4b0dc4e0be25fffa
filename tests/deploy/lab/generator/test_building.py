"""The generator is compiled when it is needed, and proves itself sound under the compiler's own checks."""

from __future__ import annotations

import os
import random
import socket
from pathlib import Path

import pytest

from deploy.errors import DeployError
from deploy.lab.generator import building, generator_path, hold, http, program, ws_echo, ws_fan
from tests.deploy.lab.generator.scripted import OK, answering_once, read_request, reset, serving
from tests.deploy.lab.generator.test_messages import UPGRADED, Room, echo, sockets

CHECKED = (*building.FLAGS, "-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
SEED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n"


def test_it_is_compiled_once_for_the_same_sources(tmp_path: Path) -> None:
    path = generator_path(folder=tmp_path)
    made = path.stat().st_mtime_ns
    assert os.access(path, os.X_OK)
    assert generator_path(folder=tmp_path) == path
    assert path.stat().st_mtime_ns == made
    assert list(tmp_path.iterdir()) == [path]


def test_another_source_is_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    source.mkdir()
    monkeypatch.setattr(building, "SOURCES", source)
    (source / "main.c").write_text("int main(void) { return 0; }\n")
    first = generator_path(folder=tmp_path)
    (source / "main.c").write_text("int main(void) { return 1; }\n")
    assert generator_path(folder=tmp_path) != first


def test_a_missing_compiler_names_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DeployError, match="apt-get install build-essential"):
        generator_path(folder=tmp_path / "lab")


def test_what_does_not_compile_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "SOURCES", tmp_path)
    (tmp_path / "main.c").write_text("int main(void) { return nothing; }\n")
    with pytest.raises(DeployError, match=r"does not compile: .*nothing") as error:
        generator_path(folder=tmp_path / "lab")
    assert "\n" not in str(error.value)
    assert list((tmp_path / "lab").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DeployError, match="cannot be written to"):
        generator_path(folder=tmp_path / "file")


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generator_path(flags=CHECKED, folder=tmp_path_factory.mktemp("checked"))


@pytest.fixture
def use_checked(checked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "generator_path", lambda: checked)
    # A program that ends gives its memory back by ending.
    monkeypatch.setenv("ASAN_OPTIONS", "detect_leaks=0")


def spoil(answer: bytes, chance: random.Random) -> bytes:
    """The answer with some bytes changed, doubled or left out."""
    spoiled = bytearray(answer)
    for _change in range(chance.randrange(1, 6)):
        at = chance.randrange(len(spoiled))
        kind = chance.randrange(3)
        if kind == 0:
            spoiled[at] = chance.randrange(256)
        elif kind == 1:
            spoiled[at:at] = spoiled[at : at + chance.randrange(1, 40)]
        else:
            del spoiled[at : at + chance.randrange(1, 4)]
            spoiled += b"\r\n"
    return bytes(spoiled)


@pytest.mark.usefixtures("use_checked")
@pytest.mark.parametrize("rate", [None, 2000.0], ids=["closed", "open"])
def test_spoiled_answers_do_not_hurt_the_generator(rate: float | None) -> None:
    chance = random.Random(4)

    def script(client: socket.socket, number: int) -> None:
        while read_request(client):
            answer = spoil(SEED, chance)
            cut = chance.randrange(len(answer))
            client.sendall(answer[:cut])
            client.sendall(answer[cut:])
            if chance.random() < 0.3:
                reset(client)

    with serving(script) as port:
        load = http(port, "/", connections=40, seconds=1.5, rate=rate, timeout_seconds=0.1)
    assert load.errors["malformed"] > 50
    assert load.errors["reset"] > 5
    assert load.sent == load.completed + sum(load.errors.values()) + load.unanswered


@pytest.mark.usefixtures("use_checked")
def test_spoiled_frames_do_not_hurt_the_generator() -> None:
    chance = random.Random(4)

    def script(client: socket.socket, number: int) -> None:
        read_request(client)
        client.sendall(UPGRADED + (b"\x89\x02hi" if number % 2 else b""))
        while client.recv(65536):
            client.sendall(spoil(b"\x81\x05hello\x89\x00\x01\x03abc\x80\x03def\x81\x7e\x00\xff" + b"x" * 255, chance))

    with serving(script) as port:
        load = ws_echo(port, "/", connections=10, seconds=1, timeout_seconds=0.1)
        with hold(port, "websocket", "/", connections=50) as held:
            assert held.open > 0
            assert held.still_open() >= 0
    assert load.errors["malformed"] > 20


@pytest.mark.usefixtures("use_checked")
def test_the_checks_find_nothing_in_ordinary_use() -> None:
    with serving(answering_once(OK)) as port:
        assert http(port, "/", connections=4, seconds=0.2, rate=200, paths=[(1, "/a"), (2, "/b")]).completed
        assert http(port, "/", connections=4, seconds=0.2, method="POST", body_bytes=100_000).completed
    with sockets(echo) as port:
        assert ws_echo(port, "/", connections=4, seconds=0.2, payload_bytes=100_000).completed
    with sockets(Room()) as port:
        assert ws_fan(port, "/", sockets=8, seconds=0.3, rate=100, senders=3).deliveries
        assert ws_fan(port, "/", sockets=8, seconds=0.3, rate=None, senders=3).deliveries
