"""The documents name files, and the files are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# A path in backticks: `shop/checkout/placing.py`, `deploy/topologies/`, also with `:name` of a thing inside.
NAMED = re.compile(
    r"`((?:config|shop|chat|deploy|tests|docs)/[\w./*-]*|manage\.py|Makefile|docker-compose\.yml)(?::(\w+))?`"
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    missing = [name for name, _ in NAMED.findall(document.read_text()) if not list(ROOT.glob(name.rstrip("/")))]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_function_that_a_document_names_is_in_its_file(document: Path) -> None:
    missing = [
        f"{name}:{thing}"
        for name, thing in NAMED.findall(document.read_text())
        if thing and not re.search(rf"\b{thing}\b", (ROOT / name).read_text())
    ]
    assert not missing


def test_the_tour_follows_a_purchase_and_a_message_through_both_doors() -> None:
    tour = (ROOT / "docs" / "tour.md").read_text()
    named = {name.split("/")[0] for name, _ in NAMED.findall(tour)}
    assert {"config", "shop", "chat", "deploy"} <= named
    assert len(NAMED.findall(tour)) >= 20


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []
