"""Claim 6: the real shop's pages, with nginx in front and the database behind, topology against topology."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from deploy.lab.experiments import visiting
from deploy.lab.experiments.loads import arrive, saturate
from deploy.lab.experiments.visiting import Visitor
from deploy.lab.trials import Case, Laboratory, Measured, Running, Scale, Trial

name = "pages"

TOPOLOGIES = ("split", "all_asgi")
MORE_TOPOLOGIES = ("split_gthread", "split_granian_wsgi", "all_wsgi")
PAGES = ("list", "product", "basket")
# The part of its own saturation that each page is then asked for in an open loop, in the two that are compared first.
SHARE = 0.5
SITE_START_SECONDS = 4.5
# The two differ by a tenth or two, where rounds minutes apart differ by a half: more rounds, side by side, and loads of
# a hundred pages instead of forty.
CLOSE_ROUNDS = 7
LEAST_SECONDS = 2.5
# As many processes for pages as the split has; on the one core that a subject has, more would only take memory.
SITE = {"WEB_CONCURRENCY": "2"}
# Enough to keep two processes busy behind nginx, and no queue that would take seconds to answer.
CONNECTIONS = 16


@dataclass(frozen=True)
class Page:
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)


def trials(scale: Scale) -> list[Trial]:
    more = [_trial(scale, topology, ("saturation",)) for topology in MORE_TOPOLOGIES] if scale.is_full else []
    rounds = CLOSE_ROUNDS if scale.is_full else None
    return [*(_trial(scale, topology, ("saturation", SHARE), rounds) for topology in TOPOLOGIES), *more]


def load_seconds(scale: Scale) -> float:
    return max(scale.load_seconds, LEAST_SECONDS) if scale.is_full else scale.load_seconds


def _trial(scale: Scale, topology: str, loads: tuple[str | float, ...], rounds: int | None = None) -> Trial:
    cases: tuple[Case, ...] = tuple({"page": page, "load": load} for page in PAGES for load in loads)
    seconds = SITE_START_SECONDS + len(cases) * (load_seconds(scale) + scale.warm_up_seconds + 0.2)
    return Trial(name, topology, "site", {}, cases, seconds, rounds, beside=name)


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    """Saturation comes before what is a part of it, page by page in the order of the shuffled cases."""
    with laboratory.start_site(trial.server, SITE) as running:
        pages, seconds = shop_pages(running), load_seconds(laboratory.scale)
        for page_name in dict.fromkeys(str(case["page"]) for case in cases):
            page, saturation = pages[page_name], {"page": page_name, "load": "saturation"}
            most = saturate(
                running,
                saturation,
                laboratory,
                page.path,
                connections=CONNECTIONS,
                headers=page.headers,
                seconds=seconds,
            )
            if saturation in cases:
                yield most
            for case in cases:
                if case["page"] == page_name and case != saturation:
                    rate = float(case["load"]) * most.metrics["requests_per_second"]
                    yield arrive(running, case, laboratory, page.path, rate=rate, headers=page.headers, seconds=seconds)


def shop_pages(running: Running) -> dict[str, Page]:
    """The list and a product as a passer-by sees them, and the basket of somebody who has put something into it."""
    buyer = Visitor(running.port)
    visiting.fill_basket(buyer)
    return {
        "list": Page(visiting.LIST),
        "product": Page(visiting.product_path(Visitor(running.port))),
        "basket": Page(visiting.BASKET, buyer.headers),
    }
