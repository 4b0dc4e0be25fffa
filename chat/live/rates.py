"""How fast one socket, or one visitor over HTTP, may talk."""

import time
from collections import OrderedDict


class Bucket:
    """``burst`` at once, and ``per_second`` in the long run."""

    __slots__ = ("_at", "_burst", "_level", "_per_second")

    def __init__(self, *, burst: int, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._level = float(burst)
        self._at = time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self._level = min(self._burst, self._level + (now - self._at) * self._per_second)
        self._at = now
        if self._level < 1:
            return False
        self._level -= 1
        return True


class Buckets:
    """One bucket each; those that were not asked for the longest are forgotten first, being full again by then."""

    MOST = 10_000

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, name: str, *, burst: int, per_second: float) -> bool:
        bucket = self._buckets.pop(name, None) or Bucket(burst=burst, per_second=per_second)
        self._buckets[name] = bucket
        if len(self._buckets) > self.MOST:
            self._buckets.popitem(last=False)
        return bucket.take()
