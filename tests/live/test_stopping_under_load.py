"""A server that is told to stop while people talk says so, sends everybody away, and what was said is kept."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from pathlib import Path

import pytest

from tests.live.daphnes import daphnes
from tests.live.invariant import check, describe
from tests.live.talking import Talker, join, talk

pytestmark = [pytest.mark.live, pytest.mark.asyncio]

NAMES = ("Ada", "Ines", "Tom", "Mei")
READERS = 40
COME_BACK = 4012


async def test_everybody_is_told_comes_back_and_misses_nothing(tmp_path: Path) -> None:
    with daphnes(tmp_path) as [server]:
        sessions = [await asyncio.to_thread(join, server.url, name) for name in NAMES]
        async with contextlib.AsyncExitStack() as stack:
            speakers = [await stack.enter_async_context(Talker(server.url, session=key)) for key in sessions]
            readers = [await stack.enter_async_context(Talker(server.url)) for _ in range(READERS)]
            talking = asyncio.gather(*(talk(speaker, 9, pause=0.4) for speaker in speakers))
            await asyncio.sleep(1.2)
            await asyncio.to_thread(server.stop, signal.SIGTERM)
            await asyncio.to_thread(server.start)
            await talking
            kept = await check(server.database_url, [*speakers, *readers])
            for talker in [*speakers, *readers]:
                assert talker.closes == [COME_BACK], describe(talker)
                assert talker.heard["drain"] == 1
                assert "reset" not in talker.heard
        assert len(kept.texts) == 9 * len(NAMES)
