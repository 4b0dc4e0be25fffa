"""``python -m deploy figures`` and ``pictures``, as somebody types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.__main__ import main
from deploy.errors import DeployError
from deploy.lab import figures, pictures, results
from deploy.lab.findings import Findings


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Documents of one figure each, where the real ones would be."""
    (tmp_path / "docs").mkdir()
    for document in figures.DOCUMENTS:
        (tmp_path / document).write_text("<!--v: both-->…<!--/v-->")
    part = figures.part
    monkeypatch.setattr(figures, "part", lambda findings: part(findings, tmp_path))
    return tmp_path


def test_without_a_shipped_run_one_line_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(results, "SHIPPED", tmp_path)
    assert main(["figures"]) == 2
    assert "python -m deploy measure" in capsys.readouterr().err


def test_documents_of_another_run_are_named_and_then_written(
    findings: Findings, documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = str(findings.folder.path)
    assert main(["figures", run]) == 1
    assert "wsgi-or-asgi.es.md: has other figures" in capsys.readouterr().out
    assert main(["figures", run, "--write"]) == 0
    assert "…" not in (documents / "docs" / "wsgi-or-asgi.md").read_text()
    assert main(["figures", run]) == 0


def test_a_figure_that_the_run_does_not_have_is_named(
    findings: Findings, documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marker = "<!--f: waits cherokee bare-wsgi p50_ms-->1<!--/f-->"
    (documents / "docs" / "laboratory.md").write_text(marker)
    assert main(["figures", str(findings.folder.path), "--write"]) == 1
    assert "not measured in this run: f: waits cherokee" in capsys.readouterr().out


def test_pictures_go_where_the_documents_look_for_them(findings: Findings, tmp_path: Path) -> None:
    one = Findings(findings.folder)
    one.claims = {"blocked": one.claim("a-wait-blocks-the-process")}
    drawn = pictures.draw_all(one, tmp_path / "claims")
    assert [path.name for path in drawn] == [
        f"03-a-wait-blocks-the-process.{language}.svg" for language in ("en", "es")
    ]


def test_a_folder_that_cannot_be_written_is_one_line(findings: Findings, tmp_path: Path) -> None:
    (tmp_path / "claims").write_text("a file where the folder should be")
    with pytest.raises(DeployError, match="cannot write"):
        pictures.draw_all(findings, tmp_path / "claims")
