"""A measured value, its interval and the threshold on one line: the numbers of a small drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass

from deploy.compare.runs import Test

WIDTH = 240
MARGIN = 12


@dataclass(frozen=True)
class Strip:
    """Places on the line, from 0 to WIDTH. The side of the threshold that passes goes from ``pass_from`` on."""

    value: float
    low: float
    high: float
    threshold: float
    pass_from: float
    pass_width: float
    width: int = WIDTH

    @property
    def interval(self) -> float:
        return max(self.high - self.low, 2)


def draw(test: Test) -> Strip | None:
    """None where something is missing. Values above zero stand by their ratio, as they are compared."""
    value, threshold = test.value, test.threshold
    if value is None or threshold is None or test.relation not in {"at_least", "at_most"}:
        return None
    low = value if test.low is None else min(test.low, value)
    high = value if test.high is None else max(test.high, value)
    numbers = [value, low, high, threshold]
    scale = math.log if min(numbers) > 0 else float
    places = [scale(number) for number in numbers]
    # A tenth of a factor at least, so that what is nearly equal is drawn nearly equal.
    middle, half = (min(places) + max(places)) / 2, max((max(places) - min(places)) / 2, 0.1)
    spread = [round(WIDTH / 2 + (place - middle) / half * (WIDTH / 2 - MARGIN), 1) for place in places]
    mark = spread[3]
    start, width = (mark, WIDTH - mark) if test.relation == "at_least" else (0.0, mark)
    return Strip(spread[0], spread[1], spread[2], mark, start, width)
