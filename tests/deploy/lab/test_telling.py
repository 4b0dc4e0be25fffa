"""What a run has found, as it is told on a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deploy.lab import claims
from deploy.lab.measure import conclude
from deploy.lab.results import FORMAT, HEAD, ResultFolder, Sample
from deploy.lab.telling import tell
from tests.deploy.lab.examples import claim, comparison, sample, samples


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Gives what is told of a run with these samples."""
    claim(tmp_path, comparison())
    real = claims.load
    monkeypatch.setattr(claims, "load", lambda: real(tmp_path / "claims.toml"))

    def tell_of(measured: list[Sample], *, cells: bool = False, **head: Any) -> str:
        folder = ResultFolder.create(tmp_path / "run")
        for one in measured:
            folder.append(one)
        whole = {key: kind() for key, kind in HEAD.items()}
        described = {**whole, "format": FORMAT, "profile": "full", "complete": True}
        conclude(folder, {**described, **head})
        tell(folder, cells=cells)
        return capsys.readouterr().out

    return tell_of


def test_a_verdict_comes_with_its_figures(told: Any) -> None:
    said = told(samples(20, 20.1, 19.9))

    assert " 1  HOLDS       A worker waits." in said
    assert "sync: 20 /s (19." in said


def test_claims_that_were_not_measured_take_one_line(told: Any) -> None:
    assert "untested: claims 1\n" in told([sample(1, server="uwsgi")])


def test_what_a_quick_run_is_worth_is_said(told: Any) -> None:
    assert "wide intervals, not to be quoted" in told(samples(20), profile="quick")


def test_a_full_run_needs_no_such_words(told: Any) -> None:
    assert "not to be quoted" not in told(samples(20), profile="full")


def test_what_was_thrown_away_is_counted(told: Any) -> None:
    said = told([sample(flaw="late"), sample(20), sample(round=2, flaw="late")])

    assert "thrown away: 2 samples, of which 1 were measured again" in said


def test_a_void_run_says_so(told: Any) -> None:
    said = told([*samples(100, 101, 99), *samples(200, 201, 199, case={"again": 1})])

    assert "VOID: gunicorn-sync was 2.00 times as fast as itself" in said
    assert "UNDECIDED" in said


def test_what_was_left_out_is_told_with_what_brings_it(told: Any) -> None:
    said = told(samples(20), unavailable={"mod_wsgi": "mod_wsgi is missing: apt package apache2-dev"})

    assert "not measured: mod_wsgi: mod_wsgi is missing: apt package apache2-dev" in said


def test_every_cell_is_told_when_asked_for(told: Any) -> None:
    said = told(samples(20, 20.1, 19.9, case={"concurrency": 4}, metrics={"p99_ms": 5.0}), cells=True)

    assert "waits gunicorn-sync bare-wsgi concurrency=4: requests_per_second 20 (19." in said
    assert "p99_ms 5\n" in said


def test_an_interrupted_run_says_so(told: Any) -> None:
    assert "interrupted: not everything was measured" in told(samples(20), complete=False)
