"""A verdict is computed from thresholds that stood before the run."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from deploy.lab.results import Sample
from deploy.lab.verdicts import Verdict, judge, written
from tests.deploy.lab.examples import claim, comparison, sample, samples

LIMIT = comparison(
    role='"limit"', of='{experiment = "waits", server = "gunicorn-gthread"}', at_most=None, at_least="100"
)
RATIO = comparison(per='{server = "uvicorn", peer = "bare-asgi"}', at_most="0.5")


def verdict(folder: Path, measured: Iterable[Sample], *tests: str) -> Verdict:
    return judge([claim(folder, *tests)], list(measured))[0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((20, 20.1, 19.9), "holds"),
        ((30, 30.1, 29.9), "fails"),
        ((20, 24, 19), "undecided"),
        ((), "untested"),
    ],
)
def test_the_whole_interval_has_to_be_on_one_side(tmp_path: Path, values: tuple[float, ...], expected: str) -> None:
    assert verdict(tmp_path, samples(*values)).verdict == expected


def test_what_was_thrown_away_decides_nothing(tmp_path: Path) -> None:
    assert verdict(tmp_path, samples(20, 20.1, 19.9, flaw="generator late")).verdict == "untested"


def test_one_measurement_decides_only_what_is_clear(tmp_path: Path) -> None:
    """Nothing is known of its spread."""
    assert verdict(tmp_path, [sample(20.5)]).verdict == "undecided"
    assert verdict(tmp_path, [sample(10.5)]).verdict == "holds"
    assert verdict(tmp_path, [sample(40.5)]).verdict == "fails"


def test_one_count_is_exact(tmp_path: Path) -> None:
    held = comparison(metric='"held"')

    assert verdict(tmp_path, [sample(metrics={"held": 22})], held).verdict == "holds"


def test_one_rate_is_not_exact_although_it_is_a_whole_number(tmp_path: Path) -> None:
    """Every rate is, where the load took one second."""
    assert verdict(tmp_path, [sample(22)]).verdict == "undecided"


def test_a_limit_that_holds_too_makes_it_conditional(tmp_path: Path) -> None:
    musts = samples(20, 20.1, 19.9)

    assert verdict(tmp_path, musts, comparison(), LIMIT).verdict == "undecided"
    threads = samples(160, 161, 159, server="gunicorn-gthread")
    assert verdict(tmp_path, [*musts, *threads], comparison(), LIMIT).verdict == "conditional"
    threads = samples(50, 51, 49, server="gunicorn-gthread")
    assert verdict(tmp_path, [*musts, *threads], comparison(), LIMIT).verdict == "holds"


def test_a_must_that_fails_outweighs_one_that_was_not_measured(tmp_path: Path) -> None:
    other = comparison(of='{experiment = "waits", server = "uwsgi"}')

    assert verdict(tmp_path, samples(30, 30.1, 29.9), comparison(), other).verdict == "fails"
    assert verdict(tmp_path, samples(20, 20.1, 19.9), comparison(), other).verdict == "untested"


def test_each_of_a_list_must_pass_and_the_worst_is_told(tmp_path: Path) -> None:
    both = comparison(of='{experiment = "waits", server = ["gunicorn-sync", "uwsgi"]}')
    measured = [*samples(10, 10.1, 10.2), *samples(30, 31, 29, server="uwsgi")]

    found = verdict(tmp_path, measured, both)

    assert found.verdict == "fails"
    assert found.outcomes[0].estimate
    assert found.outcomes[0].estimate.median == 30


def test_the_worst_of_a_least_is_the_smallest(tmp_path: Path) -> None:
    least = comparison(of='{experiment = "waits"}', at_most=None, at_least="5")
    found = verdict(tmp_path, [*samples(9, 9.1, 9.2), *samples(7, 7.1, 7.2, server="uwsgi")], least)

    assert found.verdict == "holds"
    assert found.outcomes[0].estimate
    assert found.outcomes[0].estimate.median == 7.1


def test_those_of_a_list_that_were_not_measured_are_named(tmp_path: Path) -> None:
    both = comparison(of='{experiment = "waits", server = ["gunicorn-sync", "mod_wsgi"]}')

    found = verdict(tmp_path, samples(10, 10.1, 10.2), both)

    assert found.outcomes[0].without == ("mod_wsgi",)
    assert "without mod_wsgi" in written([found])["claims"][0]["why"]["en"]


def test_a_ratio_is_taken_round_by_round(tmp_path: Path) -> None:
    """Every round was another hour for both, and the ratio is the same in all of them."""
    measured = [*samples(10, 20, 40), *samples(30, 60, 120, server="uvicorn", peer="bare-asgi")]

    found = verdict(tmp_path, measured, RATIO)

    assert found.verdict == "holds"
    assert found.outcomes[0].estimate
    assert found.outcomes[0].estimate.median == pytest.approx(1 / 3)
    assert found.outcomes[0].estimate.high == pytest.approx(1 / 3)


def test_what_per_does_not_name_is_as_in_the_cell(tmp_path: Path) -> None:
    measured = [
        sample(value * load, round=number, server=server, peer=peer, case={"load": load})
        for server, peer, value in (("gunicorn-sync", "bare-wsgi", 10), ("uvicorn", "bare-asgi", 50))
        for load in (1, 10)
        for number in (1, 2, 3)
    ]

    found = verdict(tmp_path, measured, RATIO)

    assert found.outcomes[0].estimate
    assert found.outcomes[0].estimate.median == pytest.approx(0.2)
    assert found.verdict == "holds"


def test_a_counterpart_with_other_settings_is_taken_when_it_is_the_only_one(tmp_path: Path) -> None:
    measured = [
        *samples(10, 10, 10, case={"view": "sync"}),
        *samples(50, 50, 50, server="uvicorn", peer="bare-asgi", case={"view": "async"}),
    ]

    assert verdict(tmp_path, measured, RATIO).verdict == "holds"


def test_rounds_that_only_one_side_has_are_left_out(tmp_path: Path) -> None:
    measured = [*samples(10, 10, 10), sample(50, round=2, server="uvicorn", peer="bare-asgi")]

    found = verdict(tmp_path, measured, RATIO).outcomes[0].estimate

    assert found
    assert found.n == 1


def test_nothing_is_divided_by_zero(tmp_path: Path) -> None:
    measured = [*samples(10, 10), *samples(0, 0, server="uvicorn", peer="bare-asgi")]

    assert verdict(tmp_path, measured, RATIO).verdict == "untested"


def test_a_second_measurement_of_the_same_server_is_no_cell_of_its_own(tmp_path: Path) -> None:
    measured = [*samples(20, 20.1, 19.9), *samples(99, 99, 99, case={"again": 1})]

    assert verdict(tmp_path, measured).verdict == "holds"


def test_a_void_run_decides_nothing_and_says_why(tmp_path: Path) -> None:
    (found,) = judge([claim(tmp_path)], samples(20, 20.1, 19.9), void="it was twice itself")

    assert found.verdict == "undecided"
    assert written([found])["claims"][0]["why"]["en"] == "The run is void: it was twice itself."


def test_what_the_machine_lacks_is_said_where_a_claim_stands_on_it(tmp_path: Path) -> None:
    lacking = {"gunicorn-sync": "Gunicorn is missing: pip package gunicorn", "other": "nobody asked"}

    (found,) = judge([claim(tmp_path)], [], unavailable=lacking)

    assert written([found])["claims"][0]["why"]["en"].endswith(
        "gunicorn-sync: Gunicorn is missing: pip package gunicorn."
    )


def test_reasons_have_their_figures_in_both_languages(tmp_path: Path) -> None:
    thousands = comparison(at_most="1500")
    (entry,) = written([verdict(tmp_path, samples(1234.5, 1240, 1230), thousands)])["claims"]

    assert entry["why"]["en"].startswith("Every test passes. sync: 1,234 /s (1,22")
    assert "), at most 1,500." in entry["why"]["en"]
    assert entry["why"]["es"].startswith("Se cumplen todas las pruebas. síncrono: 1.234 /s (de 1.22")
    assert "), como mucho 1.500." in entry["why"]["es"]


def test_what_leaves_it_undecided_is_told(tmp_path: Path) -> None:
    def why(measured: list[Sample]) -> str:
        return str(written([verdict(tmp_path, measured, comparison(), LIMIT)])["claims"][0]["why"]["en"])

    assert why(samples(20, 24, 19)).startswith("The interval lies on both sides of the threshold: sync: 20 /s (")
    assert why(samples(20, 20.1, 19.9)) == "What might limit it was not measured: sync: not measured; at least 100."


def test_a_condition_is_told_with_what_shows_it(tmp_path: Path) -> None:
    measured = [*samples(20, 20.1, 19.9), *samples(160, 161, 159, server="gunicorn-gthread")]

    (entry,) = written([verdict(tmp_path, measured, comparison(), LIMIT)])["claims"]

    assert entry["why"]["en"].startswith("With one thread. sync: 160 /s (")


def test_the_written_verdict_has_what_the_page_shows(tmp_path: Path) -> None:
    (entry,) = written([verdict(tmp_path, samples(20, 20.1, 19.9))])["claims"]

    assert (entry["id"], entry["number"], entry["verdict"]) == ("waits", 1, "holds")
    (test,) = entry["tests"]
    assert (test["value"], test["outcome"], test["relation"], test["threshold"]) == (20, "yes", "at_most", 22)
    assert test["low"] < 20 < test["high"]
