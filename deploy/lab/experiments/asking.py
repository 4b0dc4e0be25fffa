"""A few requests at given moments, each over a connection of its own: for waits of tens of milliseconds, where a client
in Python is fast enough and every answer is wanted, however late."""

from __future__ import annotations

import http.client
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from deploy.lab.experiments import wire

TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True)
class Answer:
    # From the moment the request was due, so that a late client does not flatter the server.
    seconds: float
    # 0 where none came.
    status: int


def ask_at(port: int, path: str, moments: Sequence[float]) -> list[Answer]:
    """Ask at each of ``moments`` (seconds from now) and wait for all answers, in the order of the moments."""
    start = time.monotonic()

    def ask(moment: float) -> Answer:
        time.sleep(max(0.0, start + moment - time.monotonic()))
        try:
            status, _ = wire.ask(port, path, timeout_seconds=TIMEOUT_SECONDS)
        except (OSError, http.client.HTTPException):
            status = 0
        return Answer(time.monotonic() - start - moment, status)

    with ThreadPoolExecutor(max_workers=len(moments)) as clients:
        return list(clients.map(ask, moments))
