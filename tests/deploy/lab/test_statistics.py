"""What a few repetitions say of the truth."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.lab.statistics import estimate, paired_ratio

figures = st.floats(min_value=1e-3, max_value=1e9)
samples = st.lists(figures, min_size=1, max_size=25)


@settings(max_examples=30)
@given(samples)
def test_the_interval_holds_the_median(values: list[float]) -> None:
    found = estimate(values)

    assert found.low <= found.median <= found.high
    assert found.median == np.median(values)
    assert found.n == len(values)


@settings(max_examples=30)
@given(samples, st.randoms())
def test_the_order_of_the_rounds_changes_nothing(values: list[float], order: "np.random.Generator") -> None:
    shuffled = list(values)
    order.shuffle(shuffled)

    for name in ("median", "low", "high"):
        assert getattr(estimate(values), name) == pytest.approx(getattr(estimate(shuffled), name))


@settings(max_examples=30)
@given(st.lists(figures, min_size=2, max_size=12), st.floats(min_value=0.01, max_value=100))
def test_another_unit_scales_the_interval_with_the_value(values: list[float], factor: float) -> None:
    found, scaled = estimate(values), estimate([factor * value for value in values])

    assert scaled.low == pytest.approx(factor * found.low, rel=1e-6)
    assert scaled.high == pytest.approx(factor * found.high, rel=1e-6)


def test_one_value_has_no_interval() -> None:
    assert estimate([7.0]) == estimate([7.0])
    assert (estimate([7.0]).low, estimate([7.0]).high, estimate([7.0]).n) == (7.0, 7.0, 1)


def test_equal_values_leave_no_doubt() -> None:
    found = estimate([1.0, 1.0, 1.0])

    assert (found.low, found.high) == (1.0, 1.0)


@pytest.mark.parametrize("rounds", [2, 3, 5, 12, 25])
def test_the_interval_covers_the_truth_about_as_often_as_it_says(rounds: int) -> None:
    generator = np.random.default_rng(20)
    truth = 1000.0
    covered = 0
    for _run in range(300):
        found = estimate(list(truth * np.exp(0.05 * generator.standard_normal(rounds))))
        covered += found.low <= truth <= found.high

    assert covered / 300 > 0.9


def test_two_rounds_say_less_than_ten() -> None:
    few, many = estimate([100, 104]), estimate([100, 104] * 5)

    assert few.high - few.low > 3 * (many.high - many.low)


def test_zeros_among_the_values_are_no_obstacle() -> None:
    found = estimate([0.0, 0.0, 1.0])

    assert found.median == 0
    assert found.high >= 1


@pytest.mark.parametrize("values", [[], [math.nan], [1.0, math.inf]])
def test_what_is_no_number_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="finite"):
        estimate(values)


@settings(max_examples=30)
@given(st.lists(figures, min_size=1, max_size=10))
def test_a_server_is_once_as_fast_as_itself(values: list[float]) -> None:
    found = paired_ratio([(value, value) for value in values])

    assert (found.median, found.low, found.high) == pytest.approx((1, 1, 1))


@settings(max_examples=30)
@given(st.lists(st.tuples(figures, figures), min_size=1, max_size=10))
def test_turning_the_pairs_round_turns_the_ratio_round(pairs: list[tuple[float, float]]) -> None:
    found, turned = paired_ratio(pairs), paired_ratio([(second, first) for first, second in pairs])

    assert turned.median == pytest.approx(1 / found.median, rel=1e-6)
    assert turned.low <= 1 / found.median * (1 + 1e-6)


def test_a_bad_hour_that_both_had_does_not_widen_the_ratio() -> None:
    """That is what pairs are for: the second round was half as fast for everybody."""
    found = paired_ratio([(200, 100), (102, 51), (300, 150)])

    assert (found.low, found.high) == pytest.approx((2, 2))


def test_nothing_is_divided_by_nothing() -> None:
    with pytest.raises(ValueError, match="divide by"):
        paired_ratio([(1, 0)])


def test_nothing_itself_may_be_divided() -> None:
    assert paired_ratio([(0, 5), (0, 7)]).median == 0
