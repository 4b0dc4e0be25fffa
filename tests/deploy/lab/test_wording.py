"""Numbers and names as the documents write them."""

from __future__ import annotations

import pytest

from deploy import topology
from deploy.lab import servers, wording
from deploy.lab.experiments import ALL
from deploy.lab.profiles import FULL


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        (0.0, "0", "0"),
        (20.0, "20", "20"),
        (19.64, "19.6", "19,6"),
        (0.04567, "0.0457", "0,0457"),
        (99.97, "100", "100"),
        (1234.5, "1,234", "1234"),
        (54321.9, "54,322", "54\u00a0322"),
        (-2.5, "-2.5", "-2,5"),
        (float("inf"), "∞", "∞"),
    ],
)
def test_numbers_are_rounded_to_what_counts(value: float, english: str, spanish: str) -> None:
    assert wording.number(value, "en") == english
    assert wording.number(value, "es") == spanish


def test_an_interval_that_is_none_is_not_shown() -> None:
    assert wording.interval(20.0, 19.0, 21.0, "/s", "en") == "20/s (19–21)"
    assert wording.interval(1.0, 1.0001, 1.0002, "", "en") == "1"


def test_whatever_is_measured_has_a_name_that_people_know() -> None:
    trials = [trial for experiment in ALL.values() for trial in experiment.trials(FULL)]
    measured = {trial.server for trial in trials} | {trial.peer for trial in trials} - {"site"}
    known = set(servers.load()) | set(servers.peers()) | set(topology.names())
    assert measured - {"none"} <= known
    assert measured - {"none"} <= set(wording.NAMES)
