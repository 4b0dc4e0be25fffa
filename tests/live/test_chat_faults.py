"""What a person says is kept, and what is kept is shown once and in order, whatever dies meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.live.daphnes import daphnes, manage
from tests.live.invariant import check
from tests.live.talking import Talker, join, talk
from tests.servers import RedisServer, redis_server, skipped_when_missing

pytestmark = [pytest.mark.live, pytest.mark.asyncio]

WRITE_AN_EVENT = "from chat.live.publish import append; append('room:1', 'message', {'text': 'from elsewhere'})"


@pytest.fixture
def real_redis() -> Iterator[RedisServer]:
    with skipped_when_missing(), redis_server() as server:
        yield server


async def test_a_killed_daphne_loses_no_message(tmp_path: Path) -> None:
    with daphnes(tmp_path) as [server]:
        session = await asyncio.to_thread(join, server.url, "Ada")
        async with Talker(server.url, session=session) as ada, Talker(server.url) as reader:
            talking = asyncio.create_task(talk(ada, 9, pause=0.5))
            for _ in range(2):
                await asyncio.sleep(1)
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            said = await talking
            kept = await check(server.database_url, [ada, reader], seconds=30)
        assert reader.connections > 1
        assert kept.texts == said


async def test_without_redis_what_another_process_writes_arrives_by_the_sweep(tmp_path: Path) -> None:
    with daphnes(tmp_path) as [server]:
        async with Talker(server.url) as reader:
            await asyncio.to_thread(manage, server.environment, "shell", "-c", WRITE_AN_EVENT)
            await reader.until(1, 2.5)
            assert reader.texts == ["from elsewhere"]


@pytest.mark.redis
async def test_two_processes_hear_each_other_by_the_ring(tmp_path: Path, real_redis: RedisServer) -> None:
    with daphnes(tmp_path, 2, redis_url=real_redis.url) as [one, two]:
        session = await asyncio.to_thread(join, one.url, "Ada")
        async with Talker(one.url, session=session) as ada, Talker(two.url) as reader:
            await asyncio.sleep(0.5)
            delays = []
            for number in range(1, 10):
                began = time.monotonic()
                await ada.say(f"{number}")
                await reader.until(number, 3)
                delays.append(time.monotonic() - began)
            # The sweep alone would take half a second in the middle.
            assert sorted(delays)[len(delays) // 2] < 0.25, delays


@pytest.mark.redis
async def test_a_flushed_and_a_restarted_redis_lose_nothing(tmp_path: Path, real_redis: RedisServer) -> None:
    with daphnes(tmp_path, 2, redis_url=real_redis.url) as [one, two]:
        ines, tom = [await asyncio.to_thread(join, url, name) for url, name in ((one.url, "Ines"), (two.url, "Tom"))]
        async with Talker(one.url, session=ines) as first, Talker(two.url, session=tom) as second:
            talking = asyncio.gather(talk(first, 9, pause=0.6), talk(second, 9, pause=0.6))
            await asyncio.sleep(1)
            await asyncio.to_thread(redis.Redis.from_url(real_redis.url).flushall)
            await asyncio.sleep(1)
            await asyncio.to_thread(real_redis.restart)
            await asyncio.sleep(1)
            real_redis.pause()
            await asyncio.sleep(1)
            real_redis.resume()
            await talking
            kept = await check(one.database_url, [first, second])
            assert len(kept.texts) == 18
            assert (first.connections, second.connections) == (1, 1)


@pytest.mark.redis
async def test_without_its_redis_the_site_goes_on_and_hears_it_again_later(
    tmp_path: Path, real_redis: RedisServer
) -> None:
    with daphnes(tmp_path, 2, redis_url=real_redis.url) as [one, two]:
        ada = await asyncio.to_thread(join, one.url, "Ada")
        async with Talker(one.url, session=ada) as speaker, Talker(two.url) as reader:
            await speaker.say("heard by the ring")
            await reader.until(1, 5)
            await asyncio.to_thread(real_redis.kill)
            await talk(speaker, 4, pause=0.3)
            await check(one.database_url, [speaker, reader])
            await asyncio.to_thread(real_redis.start)
            await talk(speaker, 4, pause=0.3)
            await check(one.database_url, [speaker, reader])
            assert (speaker.connections, reader.connections) == (1, 1)


@pytest.mark.redis
async def test_an_idle_socket_lives_on_a_real_redis(tmp_path: Path, real_redis: RedisServer) -> None:
    with daphnes(tmp_path, redis_url=real_redis.url) as [server]:
        session = await asyncio.to_thread(join, server.url, "Ada")
        async with Talker(server.url) as idle, Talker(server.url, session=session) as ada:
            await asyncio.sleep(32)
            await ada.say("Still there?")
            await idle.until(1, 3)
            assert (idle.connections, ada.connections) == (1, 1)
