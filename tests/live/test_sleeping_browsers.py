"""A browser that sleeps while others talk: it holds up nobody, and when it wakes it shows what there is."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.daphnes import Daphne, daphnes
from tests.live.invariant import check, describe
from tests.live.talking import Talker, join

pytestmark = [pytest.mark.live, pytest.mark.asyncio]

ROOT = Path(__file__).resolve().parents[2]
# More than a socket may be sent ahead of what it has acknowledged.
MANY = 230
LAG_SECONDS = 4
READ_TOO_SLOWLY = 4008


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daphne]:
    settings = {
        "LIVE_FRAMES_PER_SECOND": "100000",
        "DJANGO_SETTINGS_MODULE": "tests.live.faulty.settings",
        "FAULTY_LAG_SECONDS": str(LAG_SECONDS),
    }
    with daphnes(tmp_path_factory.mktemp("sleeping"), settings=settings) as [started]:
        yield started


async def say_much(speaker: Talker, count: int = MANY) -> None:
    for number in range(count):
        await speaker.say(f"{number}")
    await speaker.until_all_kept(20)


async def test_who_does_not_read_is_told_once_and_catches_up(server: Daphne) -> None:
    ada = await asyncio.to_thread(join, server.url, "Ada")
    async with Talker(server.url, session=ada) as speaker, Talker(server.url) as reader, Talker(server.url) as sleeper:
        sleeper.sleep()
        await say_much(speaker)
        await reader.until(MANY, 5)
        assert len(sleeper.log) < 10
        sleeper.wake()
        await check(server.database_url, [speaker, reader, sleeper])
        assert sleeper.heard["lag"] == 1
        assert sleeper.connections == 1, describe(sleeper)
        assert "lag" not in reader.heard


async def test_who_sleeps_for_long_is_closed_and_shows_all_when_it_is_back(server: Daphne) -> None:
    ines = await asyncio.to_thread(join, server.url, "Ines")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.live.sleeper", server.url,
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**24,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert await asyncio.wait_for(process.stdout.readline(), 20) == b"ready\n"
        async with Talker(server.url, session=ines) as speaker, Talker(server.url) as reader:
            process.send_signal(signal.SIGSTOP)
            await say_much(speaker)
            await asyncio.sleep(LAG_SECONDS + 2)
            process.send_signal(signal.SIGCONT)
            kept = await check(server.database_url, [speaker, reader])
            process.stdin.write(f"{kept.head}\n".encode())
            shown: dict[str, Any] = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    assert shown["closes"] == [READ_TOO_SLOWLY]
    assert [event["seq"] for event in shown["log"]] == list(range(shown["began"] + 1, kept.head + 1))
    assert [event["data"]["text"] for event in shown["log"]] == kept.texts[shown["began"] :]
