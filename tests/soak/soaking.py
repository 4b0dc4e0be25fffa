"""One soak: a crowd at a site for so long, with faults; then the invariant."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from deploy.lab.processes import pss_kib
from tests.live import invariant
from tests.live.invariant import Kept
from tests.live.proxy import Proxy
from tests.servers import PostgresServer, RedisServer
from tests.sites import Site
from tests.soak.crowd import Crowd, enter_names
from tests.soak.faults import Faults
from tests.soak.memory import Reading

# nginx lets in 200 sockets of one address, and asgi as many: each proxy comes from an address of its own.
SOCKETS_A_PROXY = 80
LEAST_PROXIES = 4
SPEAKERS_SHARE = 0.06
MESSAGES_A_SECOND = 4.0
CHURN_SECONDS = 1.0
READ_SECONDS = 2.0
# The asgi process is killed and stopped in this part of the time; the rest of it is one life, whose memory is judged.
DEADLY_SHARE = 0.35
# The last part has no faults: everybody comes back.
CALM_SHARE = 0.1
SETTLE_SECONDS = 60.0

Say = Callable[[str], None]


class Soak:
    """``readings`` and ``problems`` are there even when it was stopped in the middle."""

    def __init__(
        self, site: Site, database_url: str, *, redis: RedisServer | None, postgres: PostgresServer | None, port: int
    ) -> None:
        self.readings: list[Reading] = []
        self.problems: list[str] = []
        self.crowd: Crowd | None = None
        self.faults: Faults | None = None
        self.kept: Kept | None = None
        self._site, self._redis, self._postgres = site, redis, postgres
        self._database_url = database_url
        self._port = port

    async def run(self, *, seconds: float, sockets: int, say: Say) -> None:
        async with contextlib.AsyncExitStack() as stack:
            proxies = [
                await stack.enter_async_context(Proxy(self._port, source=f"127.0.1.{number + 1}"))
                for number in range(max(LEAST_PROXIES, -(-sockets // SOCKETS_A_PROXY)))
            ]
            sessions = await asyncio.to_thread(enter_names, proxies, max(2, int(sockets * SPEAKERS_SHARE)))
            self.crowd = crowd = Crowd(proxies, sessions, count=sockets)
            self.faults = Faults(self._site, proxies, self._redis, self._postgres)
            stack.push_async_callback(crowd.part)
            await crowd.gather()
            say(f"{len(crowd.people)} are in the lobby, {len(crowd.speakers)} of them talk")
            async with _running(
                crowd.talk(1 / MESSAGES_A_SECOND), crowd.come_and_go(CHURN_SECONDS), self._read_memory()
            ):
                await self._strike(self.faults, seconds, say)
            say("everybody falls silent; who shows what?")
            await self._judge(crowd)

    async def _strike(self, faults: Faults, seconds: float, say: Say) -> None:
        began = time.monotonic()
        every_seconds = max(3.0, min(20.0, seconds / 10))
        while (gone := time.monotonic() - began) < seconds * (1 - CALM_SHARE):
            await asyncio.sleep(every_seconds)
            may_end_it = gone < seconds * DEADLY_SHARE and faults.done.total() % 2 == 0
            name = await faults.strike(faults.deadly if may_end_it else faults.survived)
            mib = self.readings[-1].mib if self.readings else 0
            say(f"{time.monotonic() - began:.0f} s: {name}; asgi has {mib:.0f} MiB")
        await asyncio.sleep(max(0.0, seconds - (time.monotonic() - began)))

    async def _read_memory(self) -> None:
        """Until cancelled."""
        while True:
            # Between two lives there is no process to be read.
            with contextlib.suppress(KeyError, OSError):
                pid = self._site.processes["asgi"]
                mib = await asyncio.to_thread(pss_kib, pid) / 1024
                self.readings.append(Reading(time.monotonic(), pid, mib))
            await asyncio.sleep(READ_SECONDS)

    async def _judge(self, crowd: Crowd) -> None:
        try:
            await invariant.wait_until_calm(self._database_url, crowd.people, seconds=SETTLE_SECONDS)
        except AssertionError as error:
            self.problems.append(str(error))
        self.kept = kept = await asyncio.to_thread(invariant.read_room, self._database_url)
        self._hold("the log", invariant.check_room, kept)
        for person in [*crowd.people, *crowd.gone]:
            self._hold(f"what {person.who} said", invariant.check_sends, person, kept)
        for person in crowd.people:
            self._hold(f"what {person.who or 'a reader'} sees", invariant.check_page, person, kept)

    def _hold(self, what: str, check: Callable[..., None], *words: Any) -> None:
        try:
            check(*words)
        except AssertionError as error:
            self.problems.append(f"{what}: {str(error).splitlines()[0] if str(error) else 'is wrong'}")


@contextlib.asynccontextmanager
async def _running(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Until the end of the block; one that fails ends the block."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work) for work in works]
        yield
        for task in tasks:
            task.cancel()
