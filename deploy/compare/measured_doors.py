"""From a run's cells to what advice.py sums with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from deploy.compare.advice import Door, Measured
from deploy.compare.runs import Cell

WAIT_SECONDS = 0.1
# A server that keeps this share of all the clients waiting at once has shown no limit of its own.
UNLIMITED_SHARE = 0.5


def measured_doors(cells: Iterable[Cell]) -> Measured:
    by_experiment: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        if "again" not in cell.case:
            by_experiment[cell.experiment].append(cell)
    doors = {}
    for server in sorted({cell.server for cell in by_experiment["load"]}):
        door = _door(server, by_experiment)
        if door is not None:
            doors[server] = door
    return Measured(doors, _page_costs(by_experiment["pages"]))


def _door(server: str, cells: dict[str, list[Cell]]) -> Door | None:
    loaded = [cell for cell in cells["load"] if cell.server == server and cell.case.get("load") == "saturation"]
    by_processes = {cell.case.get("processes", 1): cell for cell in loaded}
    one = by_processes.get(1)
    if one is None or not {"cpu_us_per_request", "pss_mib"} <= set(one.metrics):
        return None
    memory = one.metrics["pss_mib"].median
    two = by_processes.get(2)
    if two is not None and "pss_mib" in two.metrics:
        # What the second one added; the first also pays for what they share, which is counted once as a process.
        memory = max(memory, two.metrics["pss_mib"].median / 2)
    socket_kib, socket_share = _socket(server, cells["idle_sockets"])
    return Door(
        server,
        one.metrics["cpu_us_per_request"].median,
        memory,
        _slots(server, cells["waits"]),
        socket_kib,
        socket_share,
    )


def _slots(server: str, waits: list[Cell]) -> float | None:
    """How many requests of 100 ms one process had under way at once, at the most clients that were tried."""
    mine = [
        cell
        for cell in waits
        if cell.server == server and cell.case.get("endpoint", "wait") == "wait" and cell.peer.startswith("bare-")
    ]
    if not mine:
        return None
    cell = max(mine, key=lambda cell: float(cell.case.get("concurrency", 0)))
    clients, processes = float(cell.case.get("concurrency", 0)), float(cell.case.get("processes", 1))
    rate = cell.metrics.get("requests_per_second")
    if rate is None or rate.median * WAIT_SECONDS >= clients * UNLIMITED_SHARE:
        return None
    return max(1.0, rate.median * WAIT_SECONDS / processes)


def _socket(server: str, idle: list[Cell]) -> tuple[float | None, float]:
    """KiB of one idle socket, and the share of a core it takes; measured with Django, or with the bare interface."""
    mine = [cell for cell in idle if cell.server == server and "kib_per_connection" in cell.metrics]
    if not mine:
        return None, 0
    cell = max(mine, key=lambda cell: (cell.peer.startswith("django"), float(cell.case.get("connections", 0))))
    held, percent = cell.metrics.get("held"), cell.metrics.get("idle_cpu_percent")
    share = percent.median / 100 / held.median if held and percent and held.median > 0 else 0
    return max(0.0, cell.metrics["kib_per_connection"].median), max(0.0, share)


def _page_costs(pages: list[Cell]) -> dict[str, float]:
    """The mean over the shop's pages, by topology."""
    costs = defaultdict(list)
    for cell in pages:
        if cell.case.get("load") == "saturation" and "cpu_us_per_request" in cell.metrics:
            costs[cell.server].append(cell.metrics["cpu_us_per_request"].median)
    return {topology: sum(values) / len(values) for topology, values in costs.items()}
