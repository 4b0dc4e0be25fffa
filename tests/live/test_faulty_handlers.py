"""A fault of ours costs the frame that met it: not the socket, not the process, and not what others say."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
import websockets

from tests.live.daphnes import Daphne, daphnes
from tests.live.faulty.streams import BROKEN, INDIGESTIBLE, POISON
from tests.live.invariant import read_room
from tests.live.talking import Talker, join, talk

pytestmark = [pytest.mark.live, pytest.mark.asyncio]

STREAM = "faulty:1"
STREAMS = {POISON: "faulty:2", INDIGESTIBLE: "faulty:3"}
NAMES = {POISON: ("Ada", "Ines", "Tom", "Mei", "Zoe"), INDIGESTIBLE: ("Ana", "Ivo", "Tim", "Max", "Zelda")}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daphne]:
    settings = {"DJANGO_SETTINGS_MODULE": "tests.live.faulty.settings"}
    with daphnes(tmp_path_factory.mktemp("faulty"), settings=settings) as [started]:
        yield started


async def ask(socket: websockets.ClientConnection, **frame: Any) -> dict[str, Any]:
    await socket.send(json.dumps(frame | {"id": 7}))
    while (answer := json.loads(await asyncio.wait_for(socket.recv(), 5))).get("re") != 7:
        pass
    found: dict[str, Any] = answer
    return found


async def test_what_fails_is_told_and_the_socket_lives(server: Daphne) -> None:
    async with websockets.connect(f"{server.url.replace('http', 'ws')}/ws/") as socket:
        assert (await ask(socket, t="hello", v=1))["t"] == "welcome"
        for frame in ({"t": "sub", "stream": f"faulty:{BROKEN}"}, {"t": "hist", "stream": STREAM}):
            answer = await ask(socket, **frame)
            assert (answer["t"], answer["code"]) == ("err", "internal")
            # Perhaps it was chance: the browser may ask again.
            assert answer["retry_ms"] > 0
        assert (await ask(socket, t="sub", stream=STREAM))["t"] == "sub_ok"
        assert (await ask(socket, t="ping"))["t"] == "pong"


@pytest.mark.parametrize("words", [POISON, INDIGESTIBLE])
async def test_one_poisoned_send_is_refused_and_what_others_say_with_it_is_kept(server: Daphne, words: str) -> None:
    sessions = [await asyncio.to_thread(join, server.url, name) for name in NAMES[words]]
    stream = STREAMS[words]
    async with contextlib.AsyncExitStack() as stack:
        talkers = [await stack.enter_async_context(Talker(server.url, stream, key)) for key in sessions]
        poisoner = talkers[0]

        async def poison() -> None:
            for _ in range(10):
                await poisoner.say(words)
                await asyncio.sleep(0.05)

        await asyncio.gather(poison(), *(talk(talker, 20, pause=0.02) for talker in talkers[1:]))
        for talker in talkers:
            await talker.until_all_kept(20)
        kept = await asyncio.to_thread(read_room, server.database_url, stream)
        for talker in talkers:
            await talker.until_at(kept.head, 5)
            assert [event["seq"] for event in talker.log] == list(range(1, kept.head + 1))
            assert talker.connections == 1
        assert set(poisoner.refused.values()) == {"internal"}
        assert (len(poisoner.refused), len(poisoner.kept)) == (10, 0)
        # Everybody else is confirmed, and once.
        assert all(not talker.refused and len(talker.kept) == 20 for talker in talkers[1:])
        assert sorted(event["cid"] for event in kept.events) == sorted(
            cid for talker in talkers[1:] for cid in talker.kept
        )
    assert ("ZeroDivisionError" if words == POISON else "DataError") in server.log
