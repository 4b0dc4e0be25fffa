"""Which way of running fits, and what it would need: plain sums over measured figures, each of them shown.

Requests that are under way at once are their rate times how long each stays (Little's law). What a machine is given is
never used up: HEADROOM of it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

HEADROOM = 0.7
REFERENCE = "gunicorn-sync"
# Shares closer than this are the same: a measurement is not better than that, and neither is a guess of what comes.
ALIKE = 1.15

# The server behind each door, by topology, the best known ones first; None: that door is not there.
WAYS: dict[str, tuple[str, str | None]] = {
    "split": ("gunicorn-sync", "ambos-daphne"),
    "split_gthread": ("gunicorn-gthread", "ambos-daphne"),
    "split_gevent": ("gunicorn-gevent", "ambos-daphne"),
    "split_uwsgi": ("uwsgi", "ambos-daphne"),
    "split_mod_wsgi": ("mod_wsgi", "ambos-daphne"),
    "split_granian_wsgi": ("granian-wsgi", "ambos-daphne"),
    "split_daphne_stock": ("gunicorn-sync", "daphne"),
    "split_uvicorn": ("gunicorn-sync", "uvicorn"),
    "split_hypercorn": ("gunicorn-sync", "hypercorn"),
    "split_gunicorn_asgi": ("gunicorn-sync", "gunicorn-asgi"),
    "split_granian_asgi": ("gunicorn-sync", "granian-asgi"),
    "all_asgi": ("uvicorn", "uvicorn"),
    "all_wsgi": ("gunicorn-gthread", None),
}


@dataclass(frozen=True)
class Needs:
    """What a site has to do, and what there is to do it with. ``waiting_share`` is between 0 and 1."""

    requests_per_second: float
    waiting_share: float
    wait_ms: float
    sockets: int
    memory_mib: float
    cores: float
    # The reader's own, where known; else what was measured.
    page_ms: float | None = None
    process_mib: float | None = None


@dataclass(frozen=True)
class Door:
    """A server as it was measured. ``slots``: requests one process has under way at once; None: no limit was met."""

    server: str
    cpu_us: float
    process_mib: float
    slots: float | None
    socket_kib: float | None = None
    socket_cpu_share: float = 0


@dataclass(frozen=True)
class Measured:
    """``page_us``: processor time of one of the shop's pages, by topology."""

    doors: Mapping[str, Door]
    page_us: Mapping[str, float]


@dataclass(frozen=True)
class Advice:
    """What one topology would need, with every step of the sum."""

    topology: str
    pages_server: str
    live_server: str | None
    page_us: float
    extra_us: float
    busy_cores: float
    socket_cores: float
    cores: float
    under_way: float
    slots_needed: float
    slots: float | None
    processes_for_slots: int
    processes: int
    process_mib: float
    pages_mib: float
    live_mib: float
    socket_kib: float
    sockets_mib: float
    memory_mib: float
    share: float
    lacks: tuple[str, ...]

    @property
    def share_percent(self) -> float:
        return self.share * 100

    @property
    def live_and_sockets_mib(self) -> float:
        return self.live_mib + self.sockets_mib

    @property
    def fits(self) -> bool:
        return not self.lacks


def advise(needs: Needs, measured: Measured) -> tuple[list[Advice], list[tuple[str, str]]]:
    """Every topology that was measured: the fitting ones first, and of these the one that takes the smallest share of
    what there is, or the best known of those that take as much. And those that cannot be judged, with the server that
    was not measured."""
    found, unknown = [], []
    for topology, (pages, live) in WAYS.items():
        missing = next((name for name in (pages, live) if name and name not in measured.doors), None)
        if missing is None and live and needs.sockets and measured.doors[live].socket_kib is None:
            missing = live
        if missing:
            unknown.append((topology, missing))
        else:
            found.append(_advise(topology, needs, measured))
    least = min((advice.share for advice in found if advice.fits), default=0)
    best = next((advice for advice in found if advice.fits and advice.share <= least * ALIKE), None)
    return sorted(found, key=lambda advice: (advice is not best, not advice.fits, advice.share)), unknown


def _advise(topology: str, needs: Needs, measured: Measured) -> Advice:
    pages, live = (measured.doors[name] if name else None for name in WAYS[topology])
    assert pages is not None  # noqa: S101  # every way has a door for pages
    page_us, extra_us = _page_cost(topology, pages, needs, measured)
    cost_us = max(page_us + extra_us, 0)
    busy_cores = needs.requests_per_second * cost_us / 1e6
    socket_cores = needs.sockets * live.socket_cpu_share if live else 0
    cores = (busy_cores + socket_cores) / HEADROOM
    under_way = needs.requests_per_second * (cost_us / 1e6 + needs.waiting_share * needs.wait_ms / 1000)
    slots_needed = under_way / HEADROOM
    for_slots = _whole(slots_needed / pages.slots) if pages.slots else 1
    processes = max(1, for_slots, _whole(busy_cores / HEADROOM))
    process_mib = needs.process_mib or pages.process_mib
    live_mib = (needs.process_mib or live.process_mib) if live and live.server != pages.server else 0
    socket_kib = (live.socket_kib or 0) if live else 0
    sockets_mib = needs.sockets * socket_kib / 1024
    memory = processes * process_mib + live_mib + sockets_mib
    lacks = {
        "sockets": needs.sockets > 0 and live is None,
        "memory": memory > needs.memory_mib,
        "cores": cores > needs.cores,
    }
    return Advice(
        topology=topology,
        pages_server=pages.server,
        live_server=live.server if live else None,
        page_us=page_us,
        extra_us=extra_us,
        busy_cores=busy_cores,
        socket_cores=socket_cores,
        cores=cores,
        under_way=under_way,
        slots_needed=slots_needed,
        slots=pages.slots,
        processes_for_slots=for_slots,
        processes=processes,
        process_mib=process_mib,
        pages_mib=processes * process_mib,
        live_mib=live_mib,
        socket_kib=socket_kib,
        sockets_mib=sockets_mib,
        memory_mib=memory,
        share=max(memory / needs.memory_mib, cores / needs.cores),
        lacks=tuple(name for name, is_lacking in lacks.items() if is_lacking),
    )


def _whole(number: float) -> int:
    """Rounded up, but not for the last bit of a float: 1.4 / 0.7 is two and not three."""
    return math.ceil(round(number, 6))


def _page_cost(topology: str, pages: Door, needs: Needs, measured: Measured) -> tuple[float, float]:
    """Processor microseconds of a page, and what this server adds to them beside the one they were measured on."""
    if needs.page_ms is None and topology in measured.page_us:
        return measured.page_us[topology], 0
    reference = measured.doors.get(REFERENCE, pages)
    extra = pages.cpu_us - reference.cpu_us
    if needs.page_ms is not None:
        return needs.page_ms * 1000, extra
    return measured.page_us.get("split", reference.cpu_us), extra
