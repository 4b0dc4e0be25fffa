"""How much memory a process uses while the hours go by, and whether that grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Of the longest life of the process, after its warm-up: what more is, is a leak.
MOST_MIB_A_MINUTE = 1.0
WARM_UP_SHARE = 0.35
# In a shorter span chance is greater than any slope; what it may grow by then.
SHORTEST_SECONDS = 120.0
MOST_MIB_IN_SHORT = 40.0
BLOCKS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Reading:
    at: float
    pid: int
    mib: float


@dataclass(frozen=True)
class Growth:
    """Of one process, over ``seconds``, from ``first`` to ``last`` MiB along the line that fits best."""

    seconds: float
    first: float
    last: float

    @property
    def mib_a_minute(self) -> float:
        return (self.last - self.first) / self.seconds * 60 if self.seconds else 0.0

    @property
    def is_leak(self) -> bool:
        if self.seconds < SHORTEST_SECONDS:
            return self.last - self.first > MOST_MIB_IN_SHORT
        return self.mib_a_minute > MOST_MIB_A_MINUTE


def longest_life(readings: Sequence[Reading]) -> list[Reading]:
    """Those of the process that was seen for the longest."""
    lives: dict[int, list[Reading]] = {}
    for reading in readings:
        lives.setdefault(reading.pid, []).append(reading)
    return max(lives.values(), key=lambda life: life[-1].at - life[0].at, default=[])


def growth(readings: Sequence[Reading]) -> Growth:
    """After the warm-up, by least squares: two single readings would be chance."""
    life = longest_life(readings)
    if not life:
        return Growth(0, 0, 0)
    begin = life[0].at + WARM_UP_SHARE * (life[-1].at - life[0].at)
    judged = [reading for reading in life if reading.at >= begin]
    slope, level = _fit(judged)
    first, last = judged[0].at, judged[-1].at
    return Growth(last - first, level + slope * first, level + slope * last)


def _fit(readings: Sequence[Reading]) -> tuple[float, float]:
    """(MiB a second, MiB at 0)."""
    count = len(readings)
    middle_at = sum(reading.at for reading in readings) / count
    middle = sum(reading.mib for reading in readings) / count
    spread = sum((reading.at - middle_at) ** 2 for reading in readings)
    if spread == 0:
        return 0.0, middle
    slope = sum((reading.at - middle_at) * (reading.mib - middle) for reading in readings) / spread
    return slope, middle - slope * middle_at


def plot(readings: Sequence[Reading], *, width: int = 72) -> list[str]:
    """Memory over time as one line of blocks, from nothing to the most; ``|`` where another process took over."""
    if not readings:
        return ["nothing was read"]
    began, ended = readings[0].at, readings[-1].at
    most = max(reading.mib for reading in readings)
    columns: list[Reading | None] = [None] * width
    for reading in readings:
        columns[min(width - 1, int((reading.at - began) / max(ended - began, 0.001) * width))] = reading
    line, last = "", readings[0]
    for column in columns:
        if column is not None and column.pid != last.pid:
            line += "|"
        else:
            line += BLOCKS[round((column or last).mib / most * (len(BLOCKS) - 1))]
        last = column or last
    return [f"{most:.0f} MiB at most, {ended - began:.0f} s", line]
