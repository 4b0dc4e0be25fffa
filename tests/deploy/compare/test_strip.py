from __future__ import annotations

import pytest

from deploy.compare.runs import Test as Threshold
from deploy.compare.strip import WIDTH, draw


def threshold(relation: str, value: float | None, low: float | None = None, high: float | None = None) -> Threshold:
    return Threshold({}, "", relation, 10, value, low, high, "yes", "must")


def test_the_shaded_side_is_the_one_that_passes() -> None:
    least, most = draw(threshold("at_least", 12, 11, 13)), draw(threshold("at_most", 12, 11, 13))
    assert least is not None
    assert most is not None
    assert least.pass_from == least.threshold < least.value
    assert (most.pass_from, most.pass_width) == (0, most.threshold)


@pytest.mark.parametrize("value", [0, -5, 1e-9, 9.99, 10, 1e12])
def test_nothing_is_drawn_outside(value: float) -> None:
    strip = draw(threshold("at_most", value, value * 0.9, value * 1.2))
    assert strip is not None
    for place in (strip.value, strip.low, strip.high, strip.threshold, strip.pass_from, strip.pass_width):
        assert 0 <= place <= WIDTH


def test_without_a_value_there_is_nothing_to_draw() -> None:
    assert draw(threshold("at_most", None)) is None
    assert draw(threshold("about", 3)) is None
