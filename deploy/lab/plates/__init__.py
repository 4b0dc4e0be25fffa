"""What the picture of each claim shows, taken from a run's findings."""

from __future__ import annotations

from collections.abc import Callable

from deploy.lab.experiments.subjects import ASGI_SERVERS, WSGI_SERVERS
from deploy.lab.findings import Findings
from deploy.lab.panels import Panel
from deploy.lab.plates import connections, frameworks, requests

PLATES: dict[str, Callable[[Findings], list[Panel]]] = {
    "interfaces": frameworks.interfaces,
    "one-request-at-a-time": requests.one_at_a_time,
    "a-wait-blocks-the-process": requests.blocked,
    "many-at-once": requests.many_at_once,
    "long-polls-and-streams": connections.streams,
    "forms-and-shops": requests.pages,
    "no-realtime": connections.no_realtime,
    "websockets": connections.websockets,
    "more-protocols": connections.protocols,
    "simpler": requests.simpler,
    "scales-less": requests.scales,
    "more-connections": connections.connections,
    "several-calls": requests.several_calls,
    "django-experimental": frameworks.django_asgi,
    "django-websockets": connections.django_websockets,
    "flask-and-pyramid": frameworks.flask,
    "fastapi-asynchronous": frameworks.fastapi,
    "starlette-fast": frameworks.starlette,
    "wsgi-servers": frameworks.bare_rates(WSGI_SERVERS),
    "asgi-servers": frameworks.bare_rates(ASGI_SERVERS),
    "both": requests.both,
    "stopping": connections.stopping,
    "slow-readers": connections.slow_reader,
}


def file_name(claim: str, claim_number: int, language: str) -> str:
    """The picture's, in docs/images/claims."""
    return f"{claim_number:02d}-{claim}.{language}.svg"
