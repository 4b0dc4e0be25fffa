"""Every topology, started once: the shop sells, the chat talks or says that it cannot, and nothing is left behind."""

from __future__ import annotations

import asyncio
import json
import re
import urllib.request
import uuid
from pathlib import Path

import pytest
import websockets

from deploy import topology
from deploy.errors import DeployError
from deploy.meanings import meanings
from deploy.plan import make_plan
from tests.live.browsing import Browser, buy_a_print
from tests.live.talking import Talker, join
from tests.programs import Missing, free_port
from tests.servers import skipped_when_missing
from tests.sites import Site, prepare, site

SERVED = re.compile(r"door=(\w+); server=([^;]+); ")
# What a log of a day without trouble does not hold.
TROUBLE = re.compile(r".*(?:Traceback|\bERROR\b|\bCRITICAL\b|is killed|it is started again).*")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all: they run one after the other, as they would on one machine."""
    folder = tmp_path_factory.mktemp("site")
    prepare(folder)
    return folder


def skip_where_something_is_missing(chosen: topology.Topology, folder: Path) -> None:
    with skipped_when_missing():
        try:
            make_plan(chosen, port=free_port(), data=folder)
        except DeployError as error:
            raise Missing(str(error), "see there") from error


def door(chosen: topology.Topology, path: str) -> tuple[str, str]:
    process = chosen.process(chosen.routes[path])
    return process.interface, process.server


@pytest.mark.lab
@pytest.mark.live
@pytest.mark.parametrize("name", topology.names())
def test_the_shop_sells_and_the_chat_talks(name: str, prepared: Path) -> None:
    chosen = topology.load(name)
    skip_where_something_is_missing(chosen, prepared)
    (prepared / "log").write_bytes(b"")
    with site(name, data_dir=prepared, prepared=True) as running:
        browser = Browser(running.url)
        for path in ("/", "/chat/"):
            said = SERVED.match(browser.get(path)[0])
            assert said
            assert said.groups() == door(chosen, path)
        assert_servers_are_what_they_say(chosen, running)
        buy_a_print(browser)
        assert urllib.request.urlopen(f"{running.url}/static/ambos/favicon.svg", timeout=10).status == 200
        if chosen.process(chosen.routes["/ws/"]).interface == "asgi":
            socket = running.url if chosen.front.server else running.asgi_url
            asyncio.run(two_talk(running.url, socket))
            assert asyncio.run(answer_to_a_huge_frame(socket)) == ("closed" if limits_frames(chosen) else "too_large")
        else:
            asyncio.run(is_refused(running.url))
            writes_by_form(running.url)
        assert running.stop() == 0
    assert [line for line in TROUBLE.findall(running.log) if not is_noise(chosen, line)] == []
    assert "everything has stopped" in running.log


def is_noise(chosen: topology.Topology, line: str) -> bool:
    """Hypercorn cancels its readers when it stops, of which the asyncio of Python 3.11 makes an error for the log."""
    return chosen.name == "split_hypercorn" and ("StreamReaderProtocol" in line or "Traceback" in line)


def assert_servers_are_what_they_say(chosen: topology.Topology, running: Site) -> None:
    for process in chosen.processes:
        command = Path(f"/proc/{running.processes[process.name]}/cmdline").read_text().lower()
        assert process.interface == "worker" or process.server.lower() in command


def limits_frames(chosen: topology.Topology) -> bool:
    """By its server's own setting; where it has none, the chat refuses what has come in whole."""
    return any("65536" in said.value for said in meanings(chosen) if said.meaning == "socket limits")


async def two_talk(url: str, socket: str) -> None:
    text = uuid.uuid4().hex
    session = await asyncio.to_thread(join, url, f"Ada {text[:8]}")
    async with Talker(socket) as reader, Talker(socket, session=session) as writer:
        await writer.say(text)
        await writer.until_all_kept(15)
        async with asyncio.timeout(15):
            while text not in reader.texts:
                await asyncio.sleep(0.02)
    assert reader.connections == writer.connections == 1


async def answer_to_a_huge_frame(url: str) -> str:
    """Thirty times what the chat takes: most servers cut the socket, the others leave it to the chat to refuse."""
    async with asyncio.timeout(15), websockets.connect(url.replace("http", "ws", 1) + "/ws/") as socket:
        try:
            await socket.send("x" * 2_000_000)
            return str(json.loads(await socket.recv())["code"])
        except websockets.ConnectionClosed:
            return "closed"


async def is_refused(url: str) -> None:
    with pytest.raises(websockets.InvalidStatus) as caught:
        await websockets.connect(url.replace("http", "ws", 1) + "/ws/")
    assert caught.value.response.status_code == 404


def writes_by_form(url: str) -> None:
    browser = Browser(url)
    text = uuid.uuid4().hex
    browser.submit("/chat/lobby/", "/chat/lobby/name", name=f"Grace {text[:8]}")
    browser.submit("/chat/lobby/", "/chat/lobby/send", text=text)
    assert text in browser.get("/chat/lobby/")[1]
