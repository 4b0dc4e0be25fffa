"""What the samples of a run say together."""

from deploy.lab.summary import against_themselves, summarise, thrown_away, void
from tests.deploy.lab.examples import sample, samples


def test_the_rounds_of_a_cell_become_one_figure() -> None:
    summary = summarise(samples(100, 110, 120, case={"concurrency": 4}))

    (cell,) = summary["cells"]
    assert (cell["experiment"], cell["server"], cell["peer"]) == ("waits", "gunicorn-sync", "bare-wsgi")
    assert cell["case"] == {"concurrency": 4}
    figure = cell["metrics"]["requests_per_second"]
    assert (figure["median"], figure["n"]) == (110, 3)
    assert figure["low"] < 100
    assert figure["high"] > 120


def test_cases_are_told_apart_whatever_the_order_of_their_keys() -> None:
    summary = summarise(
        [
            sample(1, case={"a": 1, "b": 2}),
            sample(3, case={"b": 2, "a": 1}, round=2),
            sample(9, case={"a": 1, "b": 3}),
        ]
    )

    assert sorted(cell["metrics"]["requests_per_second"]["n"] for cell in summary["cells"]) == [1, 2]


def test_what_is_flawed_does_not_count_but_is_told() -> None:
    measured = [*samples(100, 110), sample(9000, round=3, flaw="generator late")]

    assert summarise(measured)["cells"][0]["metrics"]["requests_per_second"]["n"] == 2
    (entry,) = thrown_away(measured)
    assert (entry["server"], entry["round"], entry["why"]) == ("gunicorn-sync", 3, "generator late")
    assert not entry["replaced"]


def test_of_a_server_that_was_once_too_fast_for_the_generator_the_slow_rounds_do_not_count_either() -> None:
    measured = [sample(9000, flaw="generator-bound"), sample(100, round=2), sample(7, server="uvicorn")]

    assert [cell["server"] for cell in summarise(measured)["cells"]] == ["uvicorn"]


def test_what_was_measured_again_with_better_luck_is_told_so() -> None:
    (entry,) = thrown_away([sample(9000, flaw="generator late"), sample(100)])

    assert entry["replaced"]


def test_a_metric_that_only_some_rounds_have_stands_on_those() -> None:
    summary = summarise([sample(1, metrics={"p99_ms": 7}), sample(1, round=2)])

    assert summary["cells"][0]["metrics"]["p99_ms"]["n"] == 1


def test_a_server_that_equals_itself_leaves_the_run_valid() -> None:
    itself = against_themselves([*samples(100, 108, 95), *samples(101, 107, 96, case={"again": 1})])

    assert itself["gunicorn-sync"].n == 3
    assert 0.98 < itself["gunicorn-sync"].median < 1.02
    assert void(itself) == ""


def test_a_server_that_differs_from_itself_makes_the_run_void() -> None:
    itself = against_themselves([*samples(100, 108, 95), *samples(150, 160, 141, case={"again": 1})])

    assert void(itself).startswith("gunicorn-sync was 1.48 times as fast as itself (1.4")


def test_a_server_that_scatters_too_much_to_say_leaves_the_run_valid() -> None:
    """Its intervals are wide enough to say so themselves."""
    assert void(against_themselves([*samples(100, 100), *samples(90, 150, case={"again": 1})])) == ""


def test_only_the_same_round_and_the_same_case_are_compared() -> None:
    itself = against_themselves(
        [
            sample(100, case={"processes": 1}),
            sample(900, case={"processes": 2, "again": 1}),
            sample(50, case={"processes": 1, "again": 1}, round=2),
        ]
    )

    assert itself == {}


def test_one_round_makes_no_run_void() -> None:
    assert void(against_themselves([sample(100), sample(200, case={"again": 1})])) == ""
