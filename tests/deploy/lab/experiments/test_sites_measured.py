"""The real shop and its chat under a small load, in the topologies that the laboratory compares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.lab import sites
from deploy.lab.bench import Bench, bench
from tests.deploy.lab.experiments.measuring import SHORT, measured, one

pytestmark = [pytest.mark.lab, pytest.mark.live, pytest.mark.nginx]


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """With few goods: they take longer to draw than to sell."""
    with pytest.MonkeyPatch.context() as patch, bench(SHORT, tmp_path_factory.mktemp("laboratory")) as opened:
        patch.setattr(sites, "GOODS", 6)
        yield opened


def test_each_page_is_found_at_saturation_and_the_list_at_half_of_it(laboratory: Bench) -> None:
    found = measured(laboratory, "pages", "split")
    assert {(each.case["page"], each.case["load"]) for each in found} == {
        *((page, "saturation") for page in ("list", "product", "basket")),
        ("list", 0.5),
    }
    assert all(each.metrics["errors"] == 0 for each in found)
    assert all(each.metrics["cpu_us_per_request"] > 100 for each in found if each.case["load"] == "saturation")


@pytest.mark.parametrize(("topology", "chat"), [("split", "sockets"), ("all_wsgi", "polls")])
def test_shop_and_chat_go_on_beside_each_other(laboratory: Bench, topology: str, chat: str) -> None:
    metrics = one(laboratory, "mixed", topology, chat=chat).metrics
    assert metrics["errors"] == 0
    assert metrics["delivered_share"] == 1
    # Who asks every two seconds hears of it after one, in the middle.
    assert (metrics["message_p50_ms"] > 500) == (chat == "polls")
    assert 0 < metrics["page_p50_ms"] <= metrics["page_p99_ms"]
