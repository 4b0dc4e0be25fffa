"""The teaching pages: complete in both languages, and with no figure but the newest run's."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from deploy.lab import claims, figures, pictures
from deploy.lab.findings import Findings
from deploy.lab.plates import PLATES, file_name
from tests.deploy.lab import fake_run

ROOT = Path(__file__).resolve().parent.parent.parent
ENGLISH, SPANISH = ROOT / "docs" / "wsgi-or-asgi.md", ROOT / "docs" / "wsgi-or-asgi.es.md"
CLAIMS = claims.load()
# What an image's text tells is long; the files are not.
MOST_PICTURE_BYTES = 60_000


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return Findings(fake_run.write(tmp_path_factory.mktemp("results")))


@pytest.fixture(scope="module")
def shipped() -> Findings:
    run = figures.shipped_full_run()
    if run is None:
        pytest.skip("no full run is shipped yet")
    return Findings(run)


def written_by_hand(document: Path) -> str:
    return figures.MARKED.sub(lambda found: f"<{found['kind']} {found['words']}>", document.read_text())


def outline(document: Path) -> list[str]:
    """The page's shape: its headings by level, code, lists, tables and paragraphs, in their order."""
    shape, code = [], False
    for line in written_by_hand(document).splitlines():
        if line.startswith("```"):
            code = not code
            shape.append(line)
        elif not code and (mark := re.match(r"#+ |- |\d+\. |\||<a |<claim |\*\*", line)):
            shape.append(mark[0])
    return shape


def test_both_languages_have_the_same_shape() -> None:
    assert outline(ENGLISH) == outline(SPANISH)


def test_both_languages_quote_the_same_figures_in_the_same_order() -> None:
    quoted = [
        [found[0].split("-->")[0] for found in figures.MARKED.finditer(page.read_text())] for page in (ENGLISH, SPANISH)
    ]
    assert quoted[0] == quoted[1]


def test_both_languages_show_the_same_code() -> None:
    english, spanish = (re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL) for page in (ENGLISH, SPANISH))
    assert [re.sub("#.*", "", code) for code in english] == [re.sub("#.*", "", code) for code in spanish]


@pytest.mark.parametrize("document", [ENGLISH, SPANISH], ids=["en", "es"])
def test_every_claim_is_told_with_its_figures_and_what_follows(document: Path) -> None:
    text = written_by_hand(document)
    follows = "What follows." if document == ENGLISH else "Qué se sigue."
    for claim in CLAIMS:
        section = text.split(f'<a id="claim-{claim.number}"></a>')[1].split("<a id=")[0]
        assert f"### {claim.number}. " in section
        assert f"<claim {claim.id}>" in section
        assert follows in section


@pytest.mark.parametrize("document", figures.DOCUMENTS)
def test_a_full_run_can_fill_every_marker(document: str, findings: Findings) -> None:
    text = (ROOT / document).read_text()
    assert figures.fill(text, findings, figures.DOCUMENTS[document], name=document).missing == []


def test_every_link_within_a_page_leads_to_a_heading_or_a_claim() -> None:
    for page in (ENGLISH, SPANISH):
        text = page.read_text()
        headings = {
            re.sub(r"[^\w\s-]", "", head.lower()).replace(" ", "-") for head in re.findall("^#+ (.+)$", text, re.M)
        }
        anchors = headings | set(re.findall(r'<a id="([^"]+)"', text))
        assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors


def test_the_figures_are_those_of_the_newest_shipped_run(shipped: Findings) -> None:
    parted = [path.name for path in figures.part(shipped)]
    assert parted == [], "python -m deploy figures --write"


def test_the_pictures_are_those_of_the_claims_and_small(shipped: Findings) -> None:
    wanted = {file_name(claim.id, claim.number, language) for claim in CLAIMS for language in ("en", "es")}
    found = {path.name: path for path in pictures.FOLDER.glob("*.svg")}
    assert set(found) == wanted, "python -m deploy pictures"
    assert [name for name, path in found.items() if path.stat().st_size > MOST_PICTURE_BYTES] == []


@pytest.mark.parametrize("claim", ["one-request-at-a-time", "simpler", "stopping"])
def test_the_pictures_show_the_shipped_run(claim: str, shipped: Findings) -> None:
    told = shipped.claim(claim)
    title = f"{told['number']}. {told['title']['es']}"
    drawn = ElementTree.fromstring(pictures.draw(title, PLATES[claim](shipped), "es"))
    stored = ElementTree.parse(pictures.FOLDER / file_name(claim, told["number"], "es")).getroot()
    assert "".join(stored.itertext()).split() == "".join(drawn.itertext()).split(), "python -m deploy pictures"


@pytest.mark.parametrize("document", figures.DOCUMENTS)
def test_no_line_begins_with_a_figure(document: str) -> None:
    """Markdown takes a line that begins with a comment for HTML, and ends the paragraph before it."""
    lines = (ROOT / document).read_text().splitlines()
    assert [line for line in lines if re.match(r"\s*<!--[ftvr]: ", line)] == []
