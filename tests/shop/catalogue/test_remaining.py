from __future__ import annotations

from shop.catalogue.remaining import FEW, told


def test_the_last_ones_are_counted_and_of_more_it_is_only_said_that_they_are_there() -> None:
    assert [told(available) for available in (0, 1, FEW, FEW + 1, 900)] == [0, 1, FEW, None, None]
