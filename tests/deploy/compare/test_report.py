"""The pages of what was measured: with a run, without one, and with whatever an address or a folder may hold."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

from deploy.compare.claims import VERDICTS, written
from deploy.compare.figure_specs import TOPICS
from tests.deploy.compare.made_up import write, write_run

pytestmark = pytest.mark.django_db

CLAIM = written()[0].id
PAGES = [
    "/compare/",
    "/compare/topologies/",
    "/compare/claims/",
    f"/compare/claims/{CLAIM}/",
    "/compare/figures/",
    *(f"/compare/figures/{topic.slug}/" for topic in TOPICS),
    "/compare/choose/",
    "/compare/run/",
]
MOST_KILOBYTES = 120


def page(client: Client, address: str, status: int = 200, language: str = "en") -> str:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == status, address
    return answer.content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_without_a_run_every_page_says_how_to_make_one(client: Client, address: str) -> None:
    shown = page(client, address)
    assert "compare/plots.js" not in shown
    assert "topologies" in address or "python -m deploy measure" in shown


@pytest.mark.parametrize("address", PAGES)
def test_with_a_run_every_page_is_whole_and_light(client: Client, own_runs: Path, address: str) -> None:
    write_run(own_runs, profile="full")
    shown = page(client, address)
    assert len(shown) < MOST_KILOBYTES * 1024
    ids = re.findall(r'\bid="([^"]*)"', shown)
    assert len(ids) == len(set(ids))
    assert "style=" not in shown
    assert re.search(r"<script(?![^>]* (?:src=|type=.application/json))", shown) is None


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("file", ["run.json", "summary.json", "verdicts.json"])
def test_a_broken_folder_breaks_no_page(client: Client, own_runs: Path, address: str, file: str) -> None:
    (write_run(own_runs) / file).write_text('{"cells": [', encoding="utf-8")
    shown = page(client, address)
    assert "topologies" in address or f"{file} cannot be read" in shown


@pytest.mark.parametrize(
    "content",
    [
        {"cells": [{"experiment": 1}], "claims": [7]},
        {
            "cells": [
                {"experiment": "load", "server": "<b>", "peer": "x", "case": {"load": "saturation"}, "metrics": {}}
            ]
        },
        {"claims": [{"id": "odd", "verdict": "<script>", "title": "words", "tests": "none"}], "cells": {}},
        {"claims": [{"id": "odd", "tests": [{"value": "1", "threshold": None}, None]}], "cells": None},
    ],
)
def test_a_strange_folder_breaks_no_page(client: Client, own_runs: Path, content: object) -> None:
    folder = write_run(own_runs)
    for file in ("summary.json", "verdicts.json"):
        write(folder, file, content)
    for address in PAGES:
        assert "<script>" not in page(client, address)


def test_plots_come_as_json_and_only_where_there_are_plots(client: Client, own_runs: Path) -> None:
    write_run(own_runs)
    shown = page(client, "/compare/figures/waits/")
    found = re.search(r'<script id="data-waits" type="application/json">(.*?)</script>', shown, re.DOTALL)
    assert found is not None
    assert len(json.loads(found[1])["series"]) == 12
    assert "chart.umd.min.js" in shown
    assert "chart.umd.min.js" not in page(client, "/compare/")
    assert "chart.umd.min.js" not in page(client, "/compare/figures/")


def test_a_quick_run_is_said_to_be_one(client: Client, own_runs: Path) -> None:
    write_run(own_runs)
    assert "A quick run" in page(client, "/compare/claims/")
    write_run(own_runs, profile="full")
    assert "A quick run" not in page(client, "/compare/claims/")


def test_the_reader_picks_a_run_and_keeps_it_from_page_to_page(
    client: Client, own_runs: Path, shipped_runs: Path
) -> None:
    write_run(shipped_runs, "theirs", profile="full")
    write_run(own_runs, "mine")
    assert "<b>theirs</b>" in page(client, "/compare/claims/")
    shown = page(client, "/compare/claims/?run=own/mine")
    assert "<b>mine</b>" in shown
    assert f'href="/compare/claims/{CLAIM}/?run=own%2Fmine"' in shown
    assert "your own" in shown


@pytest.mark.parametrize("run", ["own/gone", "../../etc/passwd", "%00", "own/" + "x" * 3000])
def test_a_run_that_there_is_not_is_said(client: Client, own_runs: Path, run: str) -> None:
    write_run(own_runs)
    assert "There is no run of that name" in page(client, f"/compare/figures/?run={run}")


@pytest.mark.parametrize(
    "address",
    [
        "/compare/claims/nobody-said-this/",
        "/compare/figures/nothing/",
        "/compare/run/configurations/nothing.txt/",
        f"/compare/run/configurations/{quote('../run.json', safe='')}/",
        "/compare/run/configurations/..%2f..%2f..%2fetc%2fpasswd/",
    ],
)
def test_what_there_is_not_is_not_found(client: Client, own_runs: Path, address: str) -> None:
    write_run(own_runs)
    page(client, address, status=404)


def test_a_claim_shows_its_verdict_its_threshold_and_its_plot(client: Client, own_runs: Path) -> None:
    write_run(own_runs)
    shown = page(client, "/compare/claims/one-request-at-a-time/")
    assert "does not hold" in shown
    assert "≤ 22" in shown
    assert "20 (19.5–20.4) 1/s" in " ".join(shown.split())
    assert 'id="data-waits"' in shown
    assert "python -m deploy measure one-request-at-a-time" in shown


def test_a_claim_that_nobody_has_measured_shows_the_threshold_that_waits_for_it(client: Client) -> None:
    shown = page(client, "/compare/claims/one-request-at-a-time/")
    assert "not tested" in shown
    assert "not measured" in shown


def test_every_verdict_has_a_word_and_a_sign(client: Client, own_runs: Path) -> None:
    write_run(own_runs)
    shown = page(client, "/compare/claims/")
    for verdict in VERDICTS:
        assert f"verdict--{verdict}" in shown


def test_a_choice_of_the_address_is_what_the_plot_shows(client: Client, own_runs: Path) -> None:
    write_run(own_runs)
    shown = page(client, "/compare/figures/throughput-latency/?processes=2")
    assert '<option value="2" selected>' in shown
    assert "7,200 (6,840–7,776)" in shown


def test_the_run_tells_of_machine_versions_and_what_is_missing(client: Client, own_runs: Path) -> None:
    write_run(own_runs)
    shown = page(client, "/compare/run/")
    for told in (
        "Example CPU",
        "27.0.1",
        "SQLite 3.40.1",
        "apt package apache2-dev",
        "1 sample was thrown away",
        "0.980",
    ):
        assert told in shown
    assert "uvicorn --port 8000" in page(client, "/compare/run/configurations/uvicorn-django-asgi.txt/")


def test_spanish_readers_get_spanish_and_their_own_decimals(client: Client, own_runs: Path) -> None:
    write_run(own_runs)
    shown = page(client, "/compare/claims/one-request-at-a-time/", language="es")
    assert "no se cumple" in shown
    assert "19,5–20,4" in shown
    assert re.search(r'cx="\d+\.\d+"', shown), "a drawing has points, whatever the language"


def test_the_form_sums_with_what_the_address_says(client: Client, own_runs: Path) -> None:
    write_run(own_runs)
    asked = "requests_per_second=70&waiting_percent=0&wait_ms=0&sockets=10&memory_mib=4096&cores=4"
    shown = page(client, f"/compare/choose/?{asked}")
    assert "70/s × 9,000 µs = <b>0.630 cores</b>" in " ".join(shown.split())
    assert "it takes no WebSockets" in shown
    assert "for example" not in shown


@pytest.mark.parametrize("asked", ["sockets=-1", "cores=0", "memory_mib=nan", "requests_per_second=a lot", "cores=inf"])
def test_what_cannot_be_summed_is_marked(client: Client, own_runs: Path, asked: str) -> None:
    write_run(own_runs)
    shown = page(client, f"/compare/choose/?{asked}", status=422)
    assert 'aria-invalid="true"' in shown


@pytest.mark.parametrize("address", PAGES)
def test_the_pages_are_read_only(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
