"""Pictures of the claims about connections that stay: streams, sockets, readers, and their end."""

from __future__ import annotations

from collections.abc import Callable

from deploy.lab.experiments.subjects import ALL_SERVERS, ASGI_SERVERS
from deploy.lab.findings import Findings
from deploy.lab.panels import BAD, GOOD, Grid, Panel, Spot
from deploy.lab.plates.picking import (
    Subject,
    bare,
    bars,
    value,
    yes_no,
)
from deploy.lab.wording import name_of, number


def streams(findings: Findings) -> list[Panel]:
    held = {"en": "idle event streams held", "es": "flujos de eventos ociosos abiertos"}
    memory = {"en": "memory a stream", "es": "memoria por flujo"}
    return [
        bars(findings, held, "", "held", bare(ALL_SERVERS), "idle_streams"),
        bars(findings, memory, "KiB", "kib_per_connection", bare(("gunicorn-gevent", *ASGI_SERVERS)), "idle_streams"),
    ]


def no_realtime(findings: Findings) -> list[Panel]:
    columns = (
        {"en": "WebSocket opens", "es": "abre WebSocket"},
        {"en": "event streams held", "es": "flujos abiertos"},
        {"en": "still answers others", "es": "aún responde a otros"},
    )

    def cells(subject: Subject) -> tuple[Spot, ...]:
        return (
            yes_no(findings, "upgraded", "upgrade", subject),
            value(findings, "held", "idle_streams", subject),
            yes_no(findings, "answers", "idle_streams", subject),
        )

    return [
        Grid(
            {"en": "What each server can do of realtime", "es": "Qué puede cada servidor en tiempo real"},
            columns,
            _each_server(cells),
        )
    ]


def websockets(findings: Findings) -> list[Panel]:
    echo = {"en": "echoes a second, 64 sockets", "es": "ecos por segundo, 64 sockets"}
    fan = {"en": "deliveries a second, one to 100 sockets", "es": "entregas por segundo, de uno a 100 sockets"}
    subjects = bare(ASGI_SERVERS)
    return [
        bars(findings, echo, "/s", "messages_per_second", subjects, "websockets", kind="echo"),
        bars(findings, fan, "/s", "deliveries_per_second", subjects, "websockets", kind="fan"),
    ]


def protocols(findings: Findings) -> list[Panel]:
    columns = (
        {"en": "kinds of scope", "es": "clases de scope"},
        {"en": "WebSocket", "es": "WebSocket"},
        {"en": "HTTP/2 without TLS", "es": "HTTP/2 sin TLS"},
    )

    def cells(subject: Subject) -> tuple[Spot, ...]:
        return (
            value(findings, "scopes", "upgrade", subject),
            yes_no(findings, "upgraded", "upgrade", subject),
            yes_no(findings, "http2", "upgrade", subject),
        )

    return [Grid({"en": "What each server carries", "es": "Qué lleva cada servidor"}, columns, _each_server(cells))]


def connections(findings: Findings) -> list[Panel]:
    memory = {"en": "memory an idle WebSocket", "es": "memoria por WebSocket ocioso"}
    busy = {"en": "of a core while they are silent", "es": "de un núcleo mientras callan"}
    most = max((int(cell.case["connections"]) for cell in findings.matching("idle_sockets")), default=0)
    subjects = bare(ASGI_SERVERS)
    return [
        bars(
            findings, _with_count(memory, most), "KiB", "kib_per_connection", subjects, "idle_sockets", connections=most
        ),
        bars(findings, _with_count(busy, most), "%", "idle_cpu_percent", subjects, "idle_sockets", connections=most),
    ]


def _each_server(cells: Callable[[Subject], tuple[Spot, ...]]) -> tuple[tuple[str, tuple[Spot, ...]], ...]:
    """A grid's lines: every server's name, and its cells with the bare peer of its kind."""
    return tuple((name_of(server), cells((server, peer))) for server, peer in bare(ALL_SERVERS))


def _with_count(title: dict[str, str], count: int) -> dict[str, str]:
    return {language: f"{text} ({number(count, language)})" for language, text in title.items()}


def stopping(findings: Findings) -> list[Panel]:
    columns = (
        {"en": "request finished", "es": "petición terminada"},
        {"en": "close code", "es": "código de cierre"},
        {"en": "seconds to stop", "es": "segundos en parar"},
    )

    def cells(subject: Subject) -> tuple[Spot, ...]:
        return (
            yes_no(findings, "finished", "stopping", subject),
            _close_code(findings, subject),
            value(findings, "stop_seconds", "stopping", subject),
        )

    title = {
        "en": "SIGTERM with a 2 s request under way and an open WebSocket",
        "es": "SIGTERM con una petición de 2 s en curso y un WebSocket abierto",
    }
    return [Grid(title, columns, _each_server(cells))]


def _close_code(findings: Findings, subject: Subject) -> Spot:
    figure = findings.figure("close_code", "stopping", *subject)
    if figure is None:
        return Spot("–")
    return Spot(f"{figure.median:.0f}", GOOD) if figure.median >= 1000 else Spot({"en": "cut", "es": "cortado"}, BAD)


def slow_reader(findings: Findings) -> list[Panel]:
    http = {"en": "memory grown, 200 MiB unread over HTTP", "es": "memoria crecida, 200 MiB sin leer por HTTP"}
    socket = {"en": "memory grown, a WebSocket that floods", "es": "memoria crecida, un WebSocket que inunda"}
    others = {"en": "others still answered?", "es": "¿aún responde a otros?"}
    lines = _each_server(lambda subject: (yes_no(findings, "answers", "slow_reader", subject, kind="http"),))
    return [
        bars(findings, http, "MiB", "grown_mib", bare(ALL_SERVERS), "slow_reader", kind="http"),
        bars(findings, socket, "MiB", "grown_mib", bare(ASGI_SERVERS), "slow_reader", kind="websocket"),
        Grid({"en": "meanwhile, over HTTP", "es": "mientras tanto, por HTTP"}, (others,), lines),
    ]


def django_websockets(findings: Findings) -> list[Panel]:
    panels: list[Panel] = []
    for peer, words in (
        ("django-asgi", {"en": "with Channels", "es": "con Channels"}),
        ("bare-asgi", {"en": "on the bare interface", "es": "en la interfaz pura"}),
    ):
        title = {
            "en": f"deliveries a second to 100 sockets, {words['en']}",
            "es": f"entregas por segundo a 100 sockets, {words['es']}",
        }
        subjects = [(server, peer) for server in ASGI_SERVERS]
        panels.append(bars(findings, title, "/s", "deliveries_per_second", subjects, "websockets", kind="fan"))
    return panels
