"""Every claim has a picture, drawn from the run."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from deploy.lab import claims, pictures
from deploy.lab.findings import Findings
from deploy.lab.panels import Bar, Bars, Panel
from deploy.lab.plates import PLATES
from deploy.lab.statistics import Estimate

MOST_BYTES = 60_000
CLAIMS = {claim.id: claim for claim in claims.load()}


def test_every_claim_has_its_picture() -> None:
    assert set(PLATES) == set(CLAIMS)


@pytest.mark.parametrize("claim", PLATES)
def test_every_panel_of_a_full_run_has_figures(claim: str, findings: Findings) -> None:
    panels = PLATES[claim](findings)
    assert panels
    for panel in panels:
        for language in ("en", "es"):
            rows = panel.rows(language)
            assert len(rows) > 1, panel.title
            assert len({len(row) for row in rows}) == 1
            assert "not measured" not in str(rows)
            assert rows[-1][0] in panel.told(language)


@pytest.mark.parametrize("claim", ["interfaces", "scales-less", "slow-readers"])
def test_a_picture_is_small_and_always_the_same(claim: str, findings: Findings) -> None:
    drawn = [pictures.draw("A title", PLATES[claim](findings), "es") for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert len(drawn[0].encode()) < MOST_BYTES
    root = ElementTree.fromstring(drawn[0])
    assert root.tag.endswith("svg")
    assert "A title" in "".join(root.itertext())


def test_pictures_bring_their_own_card_so_that_they_read_on_dark_pages(findings: Findings) -> None:
    svg = pictures.draw("A title", PLATES["both"](findings), "en")
    assert pictures.CARD in svg


def test_what_a_run_did_not_measure_leaves_an_empty_place_and_no_error(findings: Findings) -> None:
    bare = Findings(findings.folder)
    bare.cells = []
    panels = {claim: plate(bare) for claim, plate in PLATES.items()}
    for claim in ("one-request-at-a-time", "simpler", "stopping"):
        assert "not measured" in pictures.draw(claim, panels[claim], "en")


def test_bars_of_one_unit_can_be_compared_from_panel_to_panel() -> None:
    def bars(unit: str, *values: float) -> Bars:
        figures = [Bar("Uvicorn", "asgi", Estimate(value, value, value, 1)) for value in values]
        return Bars("how long", unit, tuple(figures))

    panels: list[Panel] = [bars("ms", 10, 20), bars("ms", 200), bars("MiB", 7)]
    assert [pictures.reach(panel, panels) for panel in panels] == [200, 200, 7]
