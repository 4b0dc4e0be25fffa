"""A cache that outlives its Redis: while that is away each process keeps what it is told in its own memory.

What stands in the cache (rate limits, mostly) must not fail a page, nor be off while Redis is down. What must last is
in the database.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partialmethod
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

# So long after a failure nobody waits for Redis's time-out again.
AWAY_SECONDS = 5

logger = logging.getLogger(__name__)


class SteadyRedisCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._own = LocMemCache("while-redis-is-away", params)
        self._away_until = 0.0

    def _steadily(self, name: str, *arguments: Any, **options: Any) -> Any:
        if time.monotonic() >= self._away_until:
            try:
                return getattr(super(), name)(*arguments, **options)
            except RedisError as error:
                self._away_until = time.monotonic() + AWAY_SECONDS
                logger.warning("The cache's Redis is away, each process keeps its own: %s", error)
        own: Callable[..., Any] = getattr(self._own, name)
        return own(*arguments, **options)

    add = partialmethod(_steadily, "add")
    get = partialmethod(_steadily, "get")
    set = partialmethod(_steadily, "set")
    touch = partialmethod(_steadily, "touch")
    delete = partialmethod(_steadily, "delete")
    get_many = partialmethod(_steadily, "get_many")
    has_key = partialmethod(_steadily, "has_key")
    incr = partialmethod(_steadily, "incr")
    set_many = partialmethod(_steadily, "set_many")
    delete_many = partialmethod(_steadily, "delete_many")
    clear = partialmethod(_steadily, "clear")
