from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.compare.figure_specs import BY_SLUG, TOPICS, Spec
from deploy.compare.plots import Plot, build
from deploy.compare.reading import read_head, read_run
from deploy.compare.runs import Cell
from tests.deploy.compare.made_up import write_run

SHIPPED = Path(__file__).resolve().parents[3] / "deploy" / "lab" / "results"


@pytest.fixture
def cells(own_runs: Path) -> tuple[Cell, ...]:
    return read_run(read_head(write_run(own_runs), "own/example", is_shipped=False)).cells


def spec(slug: str, name: str) -> Spec:
    return next(spec for spec in BY_SLUG[slug].specs if spec.name == name)


def drawn(cells: tuple[Cell, ...], slug: str, name: str, **asked: str) -> Plot:
    plot = build(cells, spec(slug, name), asked)
    assert plot is not None
    return plot


def test_every_plot_of_every_topic_can_be_drawn_and_written_as_json(cells: tuple[Cell, ...]) -> None:
    for topic in TOPICS:
        for wanted in topic.specs:
            plot = build(cells, wanted, {})
            assert plot is not None, wanted.name
            assert plot.table.rows, wanted.name
            json.dumps(plot.data, allow_nan=False)


def test_every_plot_of_the_shipped_runs_compares_subjects_whose_choices_hide_nobody() -> None:
    for folder in sorted(SHIPPED.glob("*-full")):
        run = read_run(read_head(folder, f"shipped/{folder.name}", is_shipped=True))
        for wanted in (wanted for topic in TOPICS for wanted in topic.specs):
            plot = build(run.cells, wanted, {})
            assert plot is not None, wanted.name
            measured = {cell.server for cell in run.cells if cell.experiment == wanted.experiment}
            assert len(plot.table.rows) >= min(len(measured), 3), wanted.name


def test_names_of_plots_are_unique_for_they_are_ids_of_a_page() -> None:
    names = [spec.name for topic in TOPICS for spec in topic.specs]
    assert len(names) == len(set(names))


def test_a_line_goes_over_the_load_and_leaves_the_common_rate_out(cells: tuple[Cell, ...]) -> None:
    plot = drawn(cells, "throughput-latency", "load")
    lines = {series.name: series for series in plot.series}
    assert len(lines) == 12
    rates = [x for x, _figure in lines["Uvicorn"].points]
    assert rates == sorted(rates)
    assert len(rates) == 5


def test_the_reader_chooses_among_what_was_measured(cells: tuple[Cell, ...]) -> None:
    one = drawn(cells, "throughput-latency", "saturation")
    two = drawn(cells, "throughput-latency", "saturation", processes="2")
    assert [choice.key for choice in one.choices] == ["processes"]
    assert two.series[0].points[0][1].median == 2 * one.series[0].points[0][1].median


@pytest.mark.parametrize("asked", ["7", "", "x' OR 1=1", "<script>", "2.0"])
def test_a_choice_that_there_is_not_shows_the_first(cells: tuple[Cell, ...], asked: str) -> None:
    plot = drawn(cells, "throughput-latency", "saturation", processes=asked)
    assert plot.choices[0].chosen == 1


def test_bars_go_from_the_longest_to_the_shortest_each_kind_by_itself(cells: tuple[Cell, ...]) -> None:
    bars = drawn(cells, "throughput-latency", "saturation").series
    assert [series.interface for series in bars] == ["wsgi"] * 6 + ["asgi"] * 6
    for kind in ("wsgi", "asgi"):
        lengths = [series.points[0][1].median for series in bars if series.interface == kind]
        assert lengths == sorted(lengths, reverse=True)


def test_where_the_server_is_the_same_for_all_the_applications_are_named(cells: tuple[Cell, ...]) -> None:
    names = {series.name for series in drawn(cells, "frameworks", "frameworks").series}
    assert {"Flask", "Pyramid", "FastAPI", "Starlette"} <= names
    assert not any("Gunicorn" in name for name in names)


def test_both_views_of_django_stand_beside_one_another(cells: tuple[Cell, ...]) -> None:
    plot = drawn(cells, "processor-time", "handler")
    assert {"Django, WSGI · plain view", "Django, WSGI · async view"} <= {series.name for series in plot.series}
    assert plot.choices == ()
    assert all(any(row[0] == name for row in plot.table.rows) for name in ("Flask", "Django, WSGI"))


def test_lines_of_configuration_are_a_servers_own(cells: tuple[Cell, ...]) -> None:
    assert {"uWSGI", "Uvicorn"} <= {series.name for series in drawn(cells, "processor-time", "lines").series}


def test_threads_are_told_and_not_chosen(cells: tuple[Cell, ...]) -> None:
    plot = drawn(cells, "waits", "waits")
    assert any(series.name.endswith("× 8") for series in plot.series)
    assert plot.choices == ()


def test_the_table_has_the_interval_beside_the_figure(cells: tuple[Cell, ...]) -> None:
    table = drawn(cells, "throughput-latency", "saturation").table
    row = next(row for row in table.rows if row[0] == "Uvicorn")
    assert "700 (665–756)" in row


def test_what_was_measured_again_to_prove_the_method_is_not_drawn_twice(cells: tuple[Cell, ...]) -> None:
    first = next(cell for cell in cells if cell.experiment == "load" and cell.case.get("load") == "saturation")
    again = Cell(first.experiment, first.server, first.peer, {**first.case, "again": 1}, first.metrics)
    plot = build([first, again], spec("throughput-latency", "saturation"), {})
    assert plot is not None
    assert len(plot.series[0].points) == len(plot.table.rows) == 1


def test_a_server_that_this_version_does_not_know_stands_under_its_own_name(cells: tuple[Cell, ...]) -> None:
    first = next(cell for cell in cells if cell.experiment == "load" and cell.case.get("load") == "saturation")
    foreign = Cell("load", "server-of-tomorrow", "peer-of-tomorrow", first.case, first.metrics)
    plot = build([first, foreign], spec("throughput-latency", "saturation"), {})
    assert plot is not None
    assert "server-of-tomorrow" in " ".join(series.name for series in plot.series)


def test_nothing_measured_is_no_plot() -> None:
    assert build([], spec("waits", "waits"), {}) is None
