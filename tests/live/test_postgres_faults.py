"""PostgreSQL goes away while people talk, in good order or not: nobody is cut, and what was confirmed is there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.daphnes import daphnes
from tests.live.invariant import check
from tests.live.talking import Talker, join, talk
from tests.servers import PostgresServer, postgres_server, skipped_when_missing

pytestmark = [pytest.mark.live, pytest.mark.postgres, pytest.mark.asyncio]


@pytest.fixture
def real_postgres() -> Iterator[PostgresServer]:
    """One that waits for the disk: what it has confirmed, a kill must not take away."""
    with skipped_when_missing(), postgres_server(is_durable=True) as server:
        yield server


async def test_a_restarted_and_a_killed_postgres_lose_nothing(tmp_path: Path, real_postgres: PostgresServer) -> None:
    with daphnes(tmp_path, database_url=real_postgres.url) as [server]:
        sessions = [await asyncio.to_thread(join, server.url, name) for name in ("Ada", "Ines", "Tom")]
        async with contextlib.AsyncExitStack() as stack:
            speakers = [await stack.enter_async_context(Talker(server.url, session=key)) for key in sessions]
            reader = await stack.enter_async_context(Talker(server.url))
            talking = asyncio.gather(*(talk(speaker, 9, pause=0.4) for speaker in speakers))
            await asyncio.sleep(0.8)
            await asyncio.to_thread(real_postgres.restart)
            await asyncio.sleep(1)
            await asyncio.to_thread(real_postgres.kill)
            await asyncio.sleep(0.5)
            await asyncio.to_thread(real_postgres.start)
            await talking
            kept = await check(real_postgres.url, [*speakers, reader], seconds=30)
            assert len(kept.texts) == 27
            assert [talker.connections for talker in [*speakers, reader]] == [1, 1, 1, 1]
            codes = {error["code"] for speaker in speakers for error in speaker.errors}
            assert codes <= {"unavailable", "rate"}
