"""Picking from a run's findings what one panel of a picture shows."""

from __future__ import annotations

from collections.abc import Iterable

from deploy.lab.experiments.subjects import WSGI_SERVERS, bare_peer
from deploy.lab.findings import Findings
from deploy.lab.panels import BAD, GOOD, PLAIN, Bar, Bars, Line, Lines, Spot, Text
from deploy.lab.wording import interface_of, name_of, number

YES, NO = {"en": "yes", "es": "sí"}, {"en": "no", "es": "no"}
UNKNOWN = Spot({"en": "not measured", "es": "sin medir"})
CLIENTS = {"en": "clients at once", "es": "clientes a la vez"}
RATE = {"en": "requests a second", "es": "peticiones por segundo"}
TOPOLOGIES = ("split", "split_gthread", "split_granian_wsgi", "all_asgi", "all_wsgi")
WSGI_PEERS = ("bare-wsgi", "django-wsgi", "flask", "pyramid")
ASGI_PEERS = ("bare-asgi", "django-asgi", "fastapi", "starlette")

Subject = tuple[str, str]


def bare(names: Iterable[str]) -> list[Subject]:
    return [(name, bare_peer(name)) for name in names]


def django(names: Iterable[str]) -> list[Subject]:
    return [(name, "django-wsgi" if name in WSGI_SERVERS else "django-asgi") for name in names]


def bars(
    findings: Findings,
    title: Text,
    unit: str,
    metric: str,
    subjects: Iterable[Subject],
    experiment: str,
    *,
    logarithmic: bool = False,
    by_peer: bool = False,
    **case: str | int | float,
) -> Bars:
    """One bar a subject that was measured, named by its server or by its peer."""
    bars = []
    for server, peer in subjects:
        figure = findings.figure(metric, experiment, server, peer, **case)
        if figure is not None:
            bars.append(Bar(name_of(peer if by_peer else server), interface_of(server, peer), figure))
    return Bars(title, unit, tuple(bars), logarithmic)


def lines(
    findings: Findings,
    title: Text,
    metric: str,
    subjects: Iterable[tuple[Text, str, str, dict[str, str | int]]],
    *,
    unit: str = "",
) -> Lines:
    """Of the experiment ``waits``, over the number of clients."""
    lines = []
    for label, server, peer, case in subjects:
        cells = findings.matching("waits", server, peer, **case)
        points = sorted(
            (float(cell.case["concurrency"]), cell.metrics[metric]) for cell in cells if metric in cell.metrics
        )
        if points:
            lines.append(Line(label, interface_of(server, peer), tuple(points)))
    return Lines(title, CLIENTS, unit, tuple(lines))


def yes_no(findings: Findings, metric: str, experiment: str, subject: Subject, *, good: int = 1, **case: str) -> Spot:
    figure = findings.figure(metric, experiment, *subject, **case)
    if figure is None:
        return UNKNOWN
    return Spot(YES if figure.median >= 1 else NO, GOOD if (figure.median >= 1) == (good == 1) else BAD)


def value(findings: Findings, metric: str, experiment: str, subject: Subject, unit: str = "", **case: str) -> Spot:
    figure = findings.figure(metric, experiment, *subject, **case)
    if figure is None:
        return UNKNOWN
    return Spot({language: number(figure.median, language) + unit for language in ("en", "es")}, PLAIN)
