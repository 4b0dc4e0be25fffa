"""What connections that are merely open cost."""

from __future__ import annotations

import time
from typing import Literal

from deploy.lab import generator
from deploy.lab.experiments.loads import chosen_servers
from deploy.lab.trials import Running, Scale, Usage

# So many come and go first, that what a server loads or allots once is not counted as a connection's.
WARM_UP_CONNECTIONS = 20
WARM_UP_SECONDS = 0.3
# What a process takes and gives back by itself, a MiB or so, would be counted as the connections' if they were fewer.
FEW = 100
STOP_SECONDS = 0.5


def watched_servers(scale: Scale) -> tuple[str, ...]:
    """Every server, or, quick, one of each kind, and the one that this project mended."""
    return chosen_servers(scale) if scale.is_full else (*chosen_servers(scale), "ambos-daphne")


def warm_up(port: int, kind: Literal["websocket", "events"], path: str) -> None:
    """Open some and close them."""
    with generator.hold(port, kind, path, connections=WARM_UP_CONNECTIONS):
        time.sleep(WARM_UP_SECONDS)
    time.sleep(WARM_UP_SECONDS)


def held_metrics(held: generator.Held, before: Usage, after: Usage) -> dict[str, float]:
    """``held_share`` is of those that were asked for, 0 to 1; ``kib_per_connection`` is missing where few are held."""
    still_open = held.still_open()
    metrics = {"held": float(still_open), "threads": float(after.threads), "pss_mib": after.pss_kib / 1024}
    metrics["held_share"] = still_open / max(1, held.open + held.refused)
    if still_open >= FEW:
        metrics["kib_per_connection"] = (after.pss_kib - before.pss_kib) / still_open
    return metrics


def stop_quickly(running: Running) -> None:
    """Do not wait for a server that waits for connections which have gone (Hypercorn does, for each socket it had): how
    servers end is ``stopping``'s business alone."""
    running.stop(patience_seconds=STOP_SECONDS)
