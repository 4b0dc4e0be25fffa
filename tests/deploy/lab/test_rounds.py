"""The order of a run."""

import pytest

from deploy.lab.rounds import plan, seconds
from deploy.lab.trials import Scale
from tests.deploy.lab.examples import trial

SCALE = Scale("full", rounds=3, load_seconds=1, warm_up_seconds=0)
SERVERS = [f"server-{number}" for number in range(12)]


def test_every_trial_comes_once_a_round_and_one_round_after_the_other() -> None:
    steps = plan([trial(server) for server in SERVERS], SCALE, seed=1)

    assert [step.round for step in steps] == [1] * 12 + [2] * 12 + [3] * 12
    for start in (0, 12, 24):
        assert sorted(step.trial.server for step in steps[start : start + 12]) == sorted(SERVERS)


def test_each_round_has_an_order_of_its_own() -> None:
    steps = plan([trial(server) for server in SERVERS], SCALE, seed=1)

    orders = {tuple(step.trial.server for step in steps if step.round == number) for number in (1, 2, 3)}
    assert len(orders) == 3


def test_the_same_seed_gives_the_same_order_whatever_order_the_trials_come_in() -> None:
    trials = [trial(server, cases=({"load": 1}, {"load": 2}, {"load": 3})) for server in SERVERS]

    assert plan(trials, SCALE, seed=7) == plan(reversed(trials), SCALE, seed=7)
    assert plan(trials, SCALE, seed=7) != plan(trials, SCALE, seed=8)


def test_cases_are_shuffled_and_none_is_lost() -> None:
    cases = tuple({"concurrency": number} for number in range(10))
    steps = plan([trial(cases=cases)], SCALE, seed=1)

    assert len({str(step.cases) for step in steps}) == 3
    for step in steps:
        assert sorted(step.cases, key=str) == sorted(cases, key=str)


def test_what_does_not_vary_is_measured_in_the_first_round_only() -> None:
    steps = plan([trial("a"), trial("b", rounds=1)], SCALE, seed=1)

    assert [step.round for step in steps if step.trial.server == "b"] == [1]
    assert len(steps) == 4


def test_what_differs_by_little_is_measured_in_more_rounds_than_the_rest() -> None:
    steps = plan([trial("a"), trial("b", rounds=5)], SCALE, seed=1)

    assert [step.round for step in steps if step.trial.server == "b"] == [1, 2, 3, 4, 5]
    assert [step.round for step in steps if step.trial.server == "a"] == [1, 2, 3]


def test_what_is_compared_closely_is_measured_side_by_side_in_either_order() -> None:
    close = [trial(server, beside="close") for server in ("x", "y")]
    for seed in range(20):
        order = [step.trial.server for step in plan([*close, *(trial(server) for server in SERVERS)], SCALE, seed)]
        for start in (0, 14, 28):
            places = [order.index(server, start) for server in ("x", "y")]
            assert abs(places[0] - places[1]) == 1
    firsts = {min(("x", "y"), key=[step.trial.server for step in plan(close, SCALE, seed)].index) for seed in range(20)}
    assert firsts == {"x", "y"}


def test_the_time_is_the_sum_of_what_the_trials_foretell() -> None:
    assert seconds(plan([trial("a", seconds=2.5), trial("b", seconds=1.0, rounds=1)], SCALE, seed=1)) == 8.5


def test_two_trials_that_cannot_be_told_apart_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="told apart: 1 waits a bare-wsgi"):
        plan([trial("a"), trial("a")], SCALE, seed=1)


def test_settings_tell_trials_apart() -> None:
    steps = plan([trial("a", settings={"processes": number}) for number in (1, 2)], SCALE, seed=1)

    assert len({step.key for step in steps}) == 6
