"""Pictures of the claims about frameworks and servers by their names."""

from __future__ import annotations

from collections.abc import Callable

from deploy.lab.experiments.subjects import ALL_SERVERS, ASGI_SERVERS, WSGI_SERVERS
from deploy.lab.findings import Findings
from deploy.lab.panels import BAD, GOOD, Grid, Panel, Spot, Text
from deploy.lab.plates.picking import (
    ASGI_PEERS,
    NO,
    RATE,
    UNKNOWN,
    WSGI_PEERS,
    YES,
    bare,
    bars,
    django,
    lines,
)
from deploy.lab.wording import name_of


def interfaces(findings: Findings) -> list[Panel]:
    panels: list[Panel] = []
    for kind, names, peers in (("WSGI", WSGI_SERVERS, WSGI_PEERS), ("ASGI", ASGI_SERVERS, ASGI_PEERS)):
        lines = tuple((name_of(server), tuple(_conforms(findings, server, peer) for peer in peers)) for server in names)
        title = {"en": f"{kind}: does it behave alike?", "es": f"{kind}: ¿se comporta igual?"}
        panels.append(Grid(title, tuple(name_of(peer) for peer in peers), lines))
    return panels


def _conforms(findings: Findings, server: str, peer: str) -> Spot:
    figure = findings.figure("failed", "conformance", server, peer)
    if figure is None:
        return UNKNOWN
    return Spot(YES, GOOD) if figure.median == 0 else Spot(NO, BAD)


def django_asgi(findings: Findings) -> list[Panel]:
    title = {
        "en": "Django, a page with a row, one process: requests a second",
        "es": "Django, una página con una fila, un proceso: peticiones por segundo",
    }
    return [
        bars(findings, title, "/s", "requests_per_second", django(ALL_SERVERS), "load", processes=1, load="saturation")
    ]


def flask(findings: Findings) -> list[Panel]:
    title = {
        "en": "1 process, 100 ms waits: requests a second",
        "es": "1 proceso, esperas de 100 ms: peticiones por segundo",
    }
    subjects: list[tuple[Text, str, str, dict[str, str | int]]] = [
        ("Flask", "gunicorn-sync", "flask", {"endpoint": "wait"}),
        ({"en": "Flask, async view", "es": "Flask, vista async"}, "gunicorn-sync", "flask", {"endpoint": "wait-async"}),
        ("Pyramid", "gunicorn-sync", "pyramid", {"endpoint": "wait"}),
        ({"en": "FastAPI, for comparison", "es": "FastAPI, para comparar"}, "uvicorn", "fastapi", {"endpoint": "wait"}),
    ]
    return [lines(findings, title, "requests_per_second", subjects)]


def fastapi(findings: Findings) -> list[Panel]:
    title = {
        "en": "FastAPI, 1 process, 100 ms waits: requests a second",
        "es": "FastAPI, 1 proceso, esperas de 100 ms: peticiones por segundo",
    }
    views = {"wait": "async def + await", "wait-thread": "def", "wait-blocking": "async def + time.sleep"}
    subjects: list[tuple[Text, str, str, dict[str, str | int]]] = [
        (label, "uvicorn", "fastapi", {"endpoint": endpoint}) for endpoint, label in views.items()
    ]
    return [lines(findings, title, "requests_per_second", subjects)]


def starlette(findings: Findings) -> list[Panel]:
    names = {
        "plain": {"en": "plain text", "es": "texto plano"},
        "row": {"en": "a template with a row", "es": "una plantilla con una fila"},
    }
    subjects = [("uvicorn", peer) for peer in ASGI_PEERS]
    panels: list[Panel] = []
    for endpoint, words in names.items():
        title = {language: f"Uvicorn, {words[language]}: {RATE[language]}" for language in words}
        panels.append(
            bars(findings, title, "/s", "requests_per_second", subjects, "frameworks", by_peer=True, endpoint=endpoint)
        )
    return panels


def bare_rates(servers: tuple[str, ...]) -> Callable[[Findings], list[Panel]]:
    def plate(findings: Findings) -> list[Panel]:
        title = {
            "en": "plain text, no framework, one process: requests a second",
            "es": "texto plano, sin framework, un proceso: peticiones por segundo",
        }
        return [bars(findings, title, "/s", "requests_per_second", bare(servers), "frameworks", endpoint="plain")]

    return plate
