"""Pictures of the claims about requests: what waits, what blocks, what they cost."""

from __future__ import annotations

from deploy.lab.experiments.subjects import ALL_SERVERS, ASGI_SERVERS, WSGI_SERVERS
from deploy.lab.findings import Findings
from deploy.lab.panels import Bar, Bars, Panel, Text
from deploy.lab.plates.picking import (
    ASGI_PEERS,
    TOPOLOGIES,
    WSGI_PEERS,
    bare,
    bars,
    django,
    lines,
)
from deploy.lab.wording import interface_of, name_of


def one_at_a_time(findings: Findings) -> list[Panel]:
    title = {"en": "WSGI, 100 ms waits: requests a second", "es": "WSGI, esperas de 100 ms: peticiones por segundo"}
    chosen = ("gunicorn-sync", "gunicorn-gthread", "gunicorn-gevent")
    wait: dict[str, str | int] = {"endpoint": "wait", "processes": 2}
    subjects = [
        (name_of(server), server, "bare-wsgi", wait | ({"threads": 8} if server == "gunicorn-gthread" else {}))
        for server in chosen
    ]
    return [lines(findings, title, "requests_per_second", subjects)]


def blocked(findings: Findings) -> list[Panel]:
    title = {
        "en": "longest time for a quick request beside a 2 s one",
        "es": "lo máximo que tarda una petición corta junto a una de 2 s",
    }
    return [bars(findings, title, "ms", "fast_max_ms", bare(WSGI_SERVERS), "blocked", endpoint="wait")]


def many_at_once(findings: Findings) -> list[Panel]:
    titles = {
        "wait": {"en": "… beside asyncio.sleep(2)", "es": "… junto a asyncio.sleep(2)"},
        "wait-blocking": {"en": "… beside time.sleep(2)", "es": "… junto a time.sleep(2)"},
    }
    rate = {
        "en": "100 ms waits, 64 clients: requests a second",
        "es": "esperas de 100 ms, 64 clientes: peticiones por segundo",
    }
    subjects = bare(("gunicorn-sync", *ASGI_SERVERS))
    panels: list[Panel] = [
        bars(
            findings, rate, "/s", "requests_per_second", subjects, "waits",
            endpoint="wait", processes=2, concurrency=64,
        )
    ]  # fmt: skip
    longest = {"en": "longest quick request", "es": "petición corta más lenta"}
    for endpoint, where in titles.items():
        title = {language: f"{longest[language]} {where[language]}" for language in longest}
        panels.append(bars(findings, title, "ms", "fast_max_ms", bare(ASGI_SERVERS), "blocked", endpoint=endpoint))
    return panels


def pages(findings: Findings) -> list[Panel]:
    names = {
        "list": {"en": "a list of goods", "es": "una lista de artículos"},
        "product": {"en": "a product", "es": "un artículo"},
        "basket": {"en": "the basket", "es": "la cesta"},
    }
    sites = [(name, "site") for name in TOPOLOGIES]
    rate = {"en": "pages a second", "es": "páginas por segundo"}
    panels: list[Panel] = []
    for page, words in names.items():
        title = {language: f"{words[language]}: {rate[language]}" for language in words}
        panels.append(bars(findings, title, "/s", "requests_per_second", sites, "pages", page=page, load="saturation"))
    return panels


def scales(findings: Findings) -> list[Panel]:
    title = {
        "en": "100 ms waits: requests a second for each MiB of memory",
        "es": "esperas de 100 ms: peticiones por segundo por MiB de memoria",
    }
    wait: dict[str, str | int] = {"endpoint": "wait", "processes": 2}
    threads = {"en": "threads", "es": "hilos"}
    subjects: list[tuple[Text, str, str, dict[str, str | int]]] = [
        (name_of("gunicorn-sync"), "gunicorn-sync", "bare-wsgi", wait),
        *(
            (
                {k: f"Gunicorn 2 x {n} {word}" for k, word in threads.items()},
                "gunicorn-gthread",
                "bare-wsgi",
                wait | {"threads": n},
            )
            for n in (8, 64)
        ),
        (name_of("gunicorn-gevent"), "gunicorn-gevent", "bare-wsgi", wait),
        (name_of("uvicorn"), "uvicorn", "bare-asgi", wait),
    ]
    computing = {
        "en": "a Django page with a row: requests a second",
        "es": "una página de Django con una fila: peticiones por segundo",
    }
    return [
        lines(findings, title, "requests_per_second_per_mib", subjects),
        bars(
            findings, computing, "/s", "requests_per_second",
            django(("gunicorn-sync", "gunicorn-gthread", "gunicorn-gevent", "uvicorn")), "load",
            processes=1, load="saturation",
        ),
    ]  # fmt: skip


def several_calls(findings: Findings) -> list[Panel]:
    titles = {
        "waits": {
            "en": "5 calls of 50 ms, as each interface does it",
            "es": "5 llamadas de 50 ms, a la manera de cada interfaz",
        },
        "waits-threads": {"en": "… on WSGI with a pool of threads", "es": "… en WSGI con una reserva de hilos"},
    }
    names = {"waits": ALL_SERVERS, "waits-threads": WSGI_SERVERS}
    return [
        bars(findings, title, "ms", "p50_ms", bare(names[endpoint]), "several_calls", endpoint=endpoint, concurrency=1)
        for endpoint, title in titles.items()
    ]


def simpler(findings: Findings) -> list[Panel]:
    title = {"en": "processor time of the handler alone", "es": "tiempo de procesador del manejador solo"}
    kinds = {"sync": {"en": "sync view", "es": "vista síncrona"}, "async": {"en": "async view", "es": "vista async"}}
    costs = []
    for peer in (*WSGI_PEERS, *ASGI_PEERS):
        for view, words in kinds.items():
            figure = findings.figure("cpu_us_per_request", "handler_cost", "none", peer, view=view)
            if figure is not None:
                label = {language: f"{name_of(peer)}, {word}" for language, word in words.items()}
                costs.append(Bar(label, interface_of("none", peer), figure))
    length = {"en": "lines of configuration", "es": "líneas de configuración"}
    servers = [(server, "none") for server in ALL_SERVERS]
    return [
        Bars(title, "µs", tuple(costs), logarithmic=True),
        bars(findings, length, "", "configuration_lines", servers, "handler_cost"),
    ]


def both(findings: Findings) -> list[Panel]:
    metrics = {
        "page_p50_ms": ({"en": "half of the pages come within", "es": "la mitad de las páginas llega en"}, "ms"),
        "page_p99_ms": ({"en": "99 of 100 pages come within", "es": "99 de 100 páginas llegan en"}, "ms"),
        "message_p50_ms": ({"en": "half of the messages come within", "es": "la mitad de los mensajes llega en"}, "ms"),
        "pss_mib": ({"en": "memory of the whole site", "es": "memoria del sitio entero"}, "MiB"),
    }
    sites = [(name, "site") for name in ("split", "all_asgi", "all_wsgi")]
    return [bars(findings, title, unit, metric, sites, "mixed") for metric, (title, unit) in metrics.items()]
