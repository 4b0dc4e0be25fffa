"""What goes wrong while people talk, one thing after the other."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

from tests.live.proxy import Proxy
from tests.servers import PostgresServer, RedisServer
from tests.sites import Site

Fault = Callable[[], Awaitable[None]]
PAUSE_SECONDS = 1.5


class Faults:
    """``done`` counts them by name."""

    def __init__(
        self, site: Site, proxies: Sequence[Proxy], redis: RedisServer | None, postgres: PostgresServer | None
    ) -> None:
        self.done = Counter[str]()
        self._site = site
        self._proxies = proxies
        self._redis = redis
        self._postgres = postgres

    @property
    def deadly(self) -> Mapping[str, Fault]:
        """Those that end the asgi process: what it keeps in memory begins anew."""
        return {"asgi killed": self._kill_asgi, "asgi told to stop": self._stop_asgi}

    @property
    def survived(self) -> Mapping[str, Fault]:
        """Those that the process outlives."""
        faults: dict[str, Fault] = {
            "line cut": self._cut,
            "line dead": self._swallow,
            "line slow": self._delay,
            "lines refused": self._refuse,
        }
        if self._redis is not None:
            faults |= {"Redis restarted": self._restart_redis, "Redis paused": self._pause_redis}
        if self._postgres is not None:
            faults |= {"PostgreSQL restarted": self._restart_postgres}
        return faults

    async def strike(self, faults: Mapping[str, Fault]) -> str:
        """One of those that came least often so far; gives its name."""
        fewest = min(self.done[name] for name in faults)
        name = random.choice([name for name in faults if self.done[name] == fewest])
        self.done[name] += 1
        await faults[name]()
        return name

    async def _kill_asgi(self) -> None:
        await asyncio.to_thread(self._site.restart, "asgi", signal.SIGKILL)

    async def _stop_asgi(self) -> None:
        await asyncio.to_thread(self._site.restart, "asgi", signal.SIGTERM)

    async def _cut(self) -> None:
        random.choice(self._proxies).cut()

    async def _swallow(self) -> None:
        random.choice(self._proxies).swallow("up", "down")

    async def _delay(self) -> None:
        proxy = random.choice(self._proxies)
        proxy.delay_seconds = 0.5
        await asyncio.sleep(PAUSE_SECONDS)
        proxy.delay_seconds = 0.0

    async def _refuse(self) -> None:
        proxy = random.choice(self._proxies)
        proxy.is_down = True
        proxy.cut()
        await asyncio.sleep(PAUSE_SECONDS)
        proxy.is_down = False

    async def _restart_redis(self) -> None:
        assert self._redis is not None
        await asyncio.to_thread(self._redis.restart)

    async def _pause_redis(self) -> None:
        assert self._redis is not None
        self._redis.pause()
        await asyncio.sleep(PAUSE_SECONDS)
        self._redis.resume()

    async def _restart_postgres(self) -> None:
        assert self._postgres is not None
        await asyncio.to_thread(self._postgres.restart)
