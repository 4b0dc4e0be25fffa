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
# The part of its own saturation that the list is then asked for in an open loop, in the two that are compared first.
SHARE = 0.5
AT_HALF: Case = {"page": "list", "load": SHARE}
SITE_START_SECONDS = 4.5
# The two differ by a tenth or two, where rounds minutes apart differ by a half: more rounds, side by side, and loads of
# a hundred pages instead of forty.
CLOSE_ROUNDS = 7
LEAST_SECONDS = 2.5
# Of half as many pages a second, so long that the slowest in a hundred is not one or two of them but five or six.
LEAST_SECONDS_AT_HALF = 10.0
# As many processes for pages as the split has; on the one core that a subject has, more would only take memory.
SITE = {"WEB_CONCURRENCY": "2"}
# Enough to keep two processes busy behind nginx, and no queue that would take seconds to answer.
CONNECTIONS = 16


@dataclass(frozen=True)
class Page:
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)


def trials(scale: Scale) -> list[Trial]:
    more = [_trial(scale, topology) for topology in MORE_TOPOLOGIES] if scale.is_full else []
    rounds = CLOSE_ROUNDS if scale.is_full else None
    return [*(_trial(scale, topology, AT_HALF, rounds=rounds) for topology in TOPOLOGIES), *more]


def load_seconds(scale: Scale, least: float = LEAST_SECONDS) -> float:
    return max(scale.load_seconds, least) if scale.is_full else scale.load_seconds


def _trial(scale: Scale, topology: str, *more: Case, rounds: int | None = None) -> Trial:
    saturations: list[Case] = [{"page": page, "load": "saturation"} for page in PAGES]
    loads = len(saturations) * load_seconds(scale) + len(more) * load_seconds(scale, LEAST_SECONDS_AT_HALF)
    cases = (*saturations, *more)
    seconds = SITE_START_SECONDS + loads + len(cases) * (scale.warm_up_seconds + 0.2)
    return Trial(name, topology, "site", {}, cases, seconds, rounds, beside=name)


def run(trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
    """Saturation comes before what is a part of it, page by page in the order of the shuffled cases."""
    with laboratory.start_site(trial.server, SITE) as running:
        pages, scale = shop_pages(running), laboratory.scale
        for page_name in dict.fromkeys(str(case["page"]) for case in cases):
            page, saturation = pages[page_name], {"page": page_name, "load": "saturation"}
            most = saturate(
                running,
                saturation,
                laboratory,
                page.path,
                connections=CONNECTIONS,
                headers=page.headers,
                seconds=load_seconds(scale),
            )
            if saturation in cases:
                yield most
            for case in cases:
                if case["page"] == page_name and case != saturation:
                    rate = float(case["load"]) * most.metrics["requests_per_second"]
                    seconds = load_seconds(scale, LEAST_SECONDS_AT_HALF)
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
