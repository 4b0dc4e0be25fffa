"""What a few repetitions say: their middle, and where the truth lies in 95 of 100 cases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
SEED = 3
LEVEL = 0.95
# From here on resampling alone is wide enough.
MANY = 20
# Student's t for 95 %, by degrees of freedom (1 ... 18), as every table of it has it.
STUDENT = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262),
    *(2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101),
)


@dataclass(frozen=True)
class Estimate:
    """A median with its 95 % interval; ``n`` is how many values it stands on. With one, the interval is unknown and low
    and high are the value itself."""

    median: float
    low: float
    high: float
    n: int


def estimate(values: Sequence[float]) -> Estimate:
    """The median of at least one finite value.

    The interval is the percentile bootstrap's, made as wide as Student's t says where there are few values: resampling
    three of them never leaves their range, and that covers the truth in three cases of four only.
    """
    sample = _sample(values)
    if len(sample) == 1 or sample.min() == sample.max():
        value = float(sample[0])
        return Estimate(value, value, value, len(sample))
    median = float(np.median(sample))
    low, high = _resampled(sample)
    if len(sample) < MANY:
        narrow, wide = _student(sample)
        low, high = min(low, narrow, median), max(high, wide, median)
    return Estimate(median, low, high, len(sample))


def paired_ratio(pairs: Sequence[tuple[float, float]]) -> Estimate:
    """The middle of the ratios first / second, each pair measured in the same round; every second is above 0.

    On logarithms, so that twice as much and half as much lie equally far from one.
    """
    above, below = (_sample(side) for side in zip(*pairs, strict=True))
    if below.min() <= 0:
        raise ValueError("a ratio needs something to divide by")
    if above.min() <= 0:
        return estimate([float(value) for value in above / below])
    logs = estimate([float(value) for value in np.log(above) - np.log(below)])
    return Estimate(_exp(logs.median), _exp(logs.low), _exp(logs.high), logs.n)


def _exp(value: float) -> float:
    return math.exp(min(value, 700.0))


def _sample(values: Sequence[float]) -> NDArray[np.float64]:
    sample = np.asarray(values, dtype=np.float64)
    if not len(sample) or not np.isfinite(sample).all():
        raise ValueError("an estimate needs at least one value, and finite ones")
    return sample


def _resampled(sample: NDArray[np.float64]) -> tuple[float, float]:
    # The order of the rounds says nothing, so it must not change the interval.
    drawn = np.random.default_rng(SEED).choice(np.sort(sample), size=(RESAMPLES, len(sample)))
    low, high = np.quantile(np.median(drawn, axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _student(sample: NDArray[np.float64]) -> tuple[float, float]:
    """On logarithms where all values are above 0: what is measured scatters by parts of itself."""
    logarithmic = bool(sample.min() > 0)
    values = np.log(sample) if logarithmic else sample
    reach = STUDENT[len(values) - 2] * float(values.std(ddof=1)) / math.sqrt(len(values))
    low, high = float(values.mean()) - reach, float(values.mean()) + reach
    return (_exp(low), _exp(high)) if logarithmic else (low, high)
