"""The network between a browser and the server: slow, cut, or dead without a word."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from tests.live.daphnes import Daphne, daphnes
from tests.live.invariant import check
from tests.live.proxy import Proxy
from tests.live.talking import Talker, join, talk

pytestmark = [pytest.mark.live, pytest.mark.asyncio]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daphne]:
    with daphnes(tmp_path_factory.mktemp("lines")) as [started]:
        yield started


def impatient(url: str, session: str) -> Talker:
    """A browser's own patience is 25 and 40 s."""
    return Talker(url, session=session, ping_seconds=0.6, give_up_seconds=1.2)


async def test_over_a_line_that_takes_its_time_all_comes_late_and_in_order(server: Daphne) -> None:
    ada = await asyncio.to_thread(join, server.url, "Ada")
    async with Proxy(server.port) as proxy:
        proxy.delay_seconds = 0.3
        async with Talker(proxy.url, session=ada) as far, Talker(server.url) as near:
            began = time.monotonic()
            await far.say("from far away")
            await near.until(1, 5)
            assert time.monotonic() - began >= 0.3
            await talk(far, 4, pause=0.1)
            await check(server.database_url, [far, near])
            assert far.connections == 1


async def test_frames_that_come_in_crumbs_are_frames(server: Daphne) -> None:
    bea = await asyncio.to_thread(join, server.url, "Bea")
    async with Proxy(server.port) as proxy:
        proxy.trickle_seconds = 0.004
        async with Talker(proxy.url, session=bea) as slow, Talker(server.url) as near:
            await talk(slow, 4, pause=0.1)
            await check(server.database_url, [slow, near])
            assert slow.connections == 1


async def test_a_line_that_is_cut_again_and_again_loses_and_doubles_nothing(server: Daphne) -> None:
    cleo = await asyncio.to_thread(join, server.url, "Cleo")
    async with Proxy(server.port) as proxy:
        # What is cut is under way, and in the middle of a frame.
        proxy.delay_seconds, proxy.trickle_seconds = 0.03, 0.001
        async with Talker(proxy.url, session=cleo) as far, Talker(server.url) as near:
            talking = asyncio.create_task(talk(far, 9, pause=0.3))
            for _ in range(7):
                await asyncio.sleep(0.35)
                proxy.cut()
            said = await talking
            kept = await check(server.database_url, [far, near])
            assert far.connections > 4
            assert kept.texts[-9:] == said


async def test_a_line_that_has_died_without_a_word_is_given_up(server: Daphne) -> None:
    dora = await asyncio.to_thread(join, server.url, "Dora")
    async with (
        Proxy(server.port) as proxy,
        impatient(proxy.url, dora) as far,
        Talker(server.url) as near,
    ):
        await far.say("while it was good")
        await near.until(1, 5)
        proxy.swallow("up", "down")
        await far.say("into the void")
        await check(server.database_url, [far, near])
        assert (far.connections, near.connections) == (2, 1)


async def test_what_was_kept_and_never_confirmed_is_said_again_and_kept_once(server: Daphne) -> None:
    elsa = await asyncio.to_thread(join, server.url, "Elsa")
    async with (
        Proxy(server.port) as proxy,
        impatient(proxy.url, elsa) as far,
        Talker(server.url) as near,
    ):
        proxy.swallow("down")
        await far.say("kept, and she does not know")
        await near.until(1, 5)
        assert not far.kept
        kept = await check(server.database_url, [far, near])
        assert (far.connections, kept.texts.count("kept, and she does not know")) == (2, 1)


async def test_while_nobody_answers_the_browser_asks_again_and_again(server: Daphne) -> None:
    fay = await asyncio.to_thread(join, server.url, "Fay")
    async with (
        Proxy(server.port) as proxy,
        Talker(proxy.url, session=fay) as far,
        Talker(server.url) as near,
    ):
        proxy.is_down = True
        proxy.cut()
        await far.say("on a train in a tunnel")
        await asyncio.sleep(1.5)
        assert proxy.accepted > 3
        proxy.is_down = False
        await check(server.database_url, [far, near])
