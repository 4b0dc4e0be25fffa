"""The documents' figures come from a run, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.errors import DeployError
from deploy.lab import figures, results
from deploy.lab.findings import Findings
from deploy.lab.results import ResultFolder
from tests.deploy.lab import fake_run

WAITS = "waits gunicorn-sync bare-wsgi requests_per_second concurrency=64 endpoint=wait"


def filled(document: str, findings: Findings, language: str = "en") -> str:
    return figures.fill(document, findings, language).text


def test_a_figure_replaces_what_stands_between_its_markers(findings: Findings) -> None:
    text = filled(f"It gives <!--f: {WAITS}-->20<!--/f--> a second.", findings)
    cell = findings.figure(
        "requests_per_second", "waits", "gunicorn-sync", "bare-wsgi", concurrency=64, endpoint="wait"
    )
    assert cell is not None
    assert text == f"It gives <!--f: {WAITS}-->{cell.median:.0f}<!--/f--> a second."


def test_filling_twice_changes_nothing(findings: Findings) -> None:
    once = filled(f"<!--f: {WAITS}--><!--/f--> <!--v: interfaces--><!--/v--> <!--claim: both--><!--/claim-->", findings)
    assert filled(once, findings) == once


def test_a_ratio_is_paired_by_round(findings: Findings) -> None:
    text = filled(f"<!--f: {WAITS} / gunicorn-gthread threads=8--><!--/f-->", findings)
    of = findings.figure("requests_per_second", "waits", "gunicorn-sync", "bare-wsgi", concurrency=64, endpoint="wait")
    per = findings.figure(
        "requests_per_second", "waits", "gunicorn-gthread", "bare-wsgi", concurrency=64, endpoint="wait", threads=8
    )
    assert of is not None
    assert per is not None
    assert float(text.split("-->")[1].split("<")[0]) == pytest.approx(of.median / per.median, rel=0.05)


def test_spanish_writes_its_numbers_its_own_way(tmp_path: Path) -> None:
    run = Findings(fake_run.write(tmp_path, machine={"many": 12345.6, "few": 1.25}))
    document = "<!--r: machine many--><!--/r-->, <!--r: machine few--><!--/r-->"
    assert "12\u00a0346" in filled(document, run, "es")
    assert "1,25" in filled(document, run, "es")
    assert "12,346" in filled(document, run, "en")


def test_a_verdict_is_put_into_the_documents_language(findings: Findings) -> None:
    findings.claims["both"]["verdict"] = "conditional"
    assert "holds with a condition" in filled("<!--v: both--><!--/v-->", findings)
    assert "se cumple con una condición" in filled("<!--v: both--><!--/v-->", findings, "es")


def test_what_was_not_measured_is_said_and_named(findings: Findings) -> None:
    done = figures.fill("<!--f: waits cherokee bare-wsgi requests_per_second--><!--/f-->", findings, "es")
    assert "sin medir" in done.text
    assert done.missing == ["f: waits cherokee bare-wsgi requests_per_second"]


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ("<!--f: waits gunicorn-sync bare-wsgi requests_per_second--><!--/f-->", "say more of it"),
        ("<!--f: waits gunicorn-sync--><!--/f-->", "needs EXPERIMENT"),
        ("<!--f: waits gunicorn-sync bare-wsgi p50_ms concurrency--><!--/f-->", "key=value"),
        ("<!--v: nonsense--><!--/v-->", 'no claim "nonsense"'),
        ("<!--t: interfaces 9 value--><!--/t-->", "no test 9"),
        ("<!--f: waits gunicorn-sync bare-wsgi p50_ms-->20", "not closed"),
    ],
)
def test_a_marker_that_cannot_be_right_is_named(document: str, complaint: str, findings: Findings) -> None:
    with pytest.raises(DeployError, match=complaint):
        figures.fill(document, findings, "en", name="page.md")


def test_the_newest_complete_full_run_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "SHIPPED", tmp_path)
    assert figures.shipped_full_run() is None
    fake_run.write(tmp_path, name="old", started_at="2026-01-01T00:00:00+00:00")
    fake_run.write(tmp_path, name="good", started_at="2026-02-01T00:00:00+00:00")
    fake_run.write(
        tmp_path, name="void", void="a server was not as fast as itself", started_at="2026-04-01T00:00:00+00:00"
    )
    fake_run.write(tmp_path, name="cut", complete=False, started_at="2026-05-01T00:00:00+00:00")
    fake_run.write(tmp_path, name="quick", profile="quick", started_at="2026-06-01T00:00:00+00:00")
    run = figures.shipped_full_run()
    assert isinstance(run, ResultFolder)
    assert run.path.name == "good"


def test_documents_that_part_from_the_run_are_found_and_mended(tmp_path: Path, findings: Findings) -> None:
    (tmp_path / "docs").mkdir()
    for document in figures.DOCUMENTS:
        (tmp_path / document).write_text(f"<!--f: {WAITS}-->20<!--/f-->")
    parted = figures.part(findings, tmp_path)
    assert {str(path.relative_to(tmp_path)) for path in parted} == set(figures.DOCUMENTS)
    figures.write(parted)
    assert figures.part(findings, tmp_path) == {}
