"""How long a server's loop lets somebody wait: one more socket asks, every so often, and is answered."""

from __future__ import annotations

import contextlib
import json
import math
import threading
import time
from collections.abc import Iterator, Sequence

from deploy.lab.experiments import wire
from deploy.lab.trials import Flawed

EVERY_SECONDS = 0.05
ANSWER_SECONDS = 10.0


class Pinger:
    """Counts from when a ``ping`` was due: one that waits holds up the next ones, as it would in a browser."""

    def __init__(self, port: int) -> None:
        self._socket = wire.WebSocket(port, "/ws/", timeout_seconds=ANSWER_SECONDS)
        if not self._socket.is_open:
            raise Flawed(f"the pinging socket was refused with {self._socket.status}")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ping, daemon=True)
        self._error = ""
        self.round_trips_ms: list[float] = []

    def start(self) -> None:
        self._ask({"t": "hello", "v": 1, "id": 0}, 0)
        self._thread.start()

    def stop(self) -> Sequence[float]:
        """The round trips, in ascending order. Raises Flawed where one was never answered."""
        self._ended.set()
        self._thread.join(ANSWER_SECONDS + 1)
        self._socket.close()
        if self._error or not self.round_trips_ms:
            raise Flawed(f"a ping was not answered: {self._error or 'none was sent'}")
        return sorted(self.round_trips_ms)

    def _ping(self) -> None:
        due, number = time.monotonic(), 0
        try:
            while not self._ended.wait(max(0.0, due - time.monotonic())):
                number += 1
                self._ask({"t": "ping", "id": number}, number)
                self.round_trips_ms.append((time.monotonic() - due) * 1000)
                due += EVERY_SECONDS
        except (OSError, EOFError) as error:
            self._error = repr(error)

    def _ask(self, frame: dict[str, object], number: int) -> None:
        self._socket.send(wire.TEXT, json.dumps(frame).encode())
        while True:
            opcode, payload = self._socket.receive()
            if opcode == wire.PING:
                self._socket.send(wire.PONG, payload)
            elif opcode == wire.CLOSE:
                raise EOFError(f"the socket was closed with {int.from_bytes(payload[:2], 'big')}")
            elif opcode == wire.TEXT and json.loads(payload).get("re") == number:
                return


@contextlib.contextmanager
def pinging(port: int) -> Iterator[Pinger]:
    """Ping until ``stop`` is called, or the block ends."""
    pinger = Pinger(port)
    try:
        pinger.start()
        yield pinger
    finally:
        pinger._ended.set()
        pinger._socket.shut()


def quantile(ascending: Sequence[float], share: float) -> float:
    """The smallest value that so large a share does not exceed."""
    return ascending[max(0, math.ceil(share * len(ascending)) - 1)]
