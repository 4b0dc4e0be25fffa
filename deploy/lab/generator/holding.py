"""Connections that are opened and kept: what a server pays for them while nothing happens."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from deploy.errors import DeployError
from deploy.lab.generator.program import explain, header_words, next_answer, path_words, pin_words, running
from deploy.lab.generator.requests import NO_HEADERS

STOP_SECONDS = 5

Kind = Literal["websocket", "chat", "events", "wait", "idle"]


@dataclass(frozen=True)
class Held:
    """Connections as they stood when the last of them was opened or given up."""

    open: int
    refused: int
    # Until the last one that was opened.
    connect_seconds: float
    # What the last refused one was answered; 0 for none, or no HTTP.
    last_status: int
    _process: subprocess.Popen[str] = field(repr=False)

    def still_open(self) -> int:
        """How many are open now. Raises DeployError when the generator has ended."""
        return int(self._ask()["open"])

    def received(self) -> int:
        """Bytes in all, with the heads of the answers that opened the connections."""
        return int(self._ask()["received"])

    def _ask(self) -> dict[str, Any]:
        try:
            if self._process.stdin is None:
                raise DeployError("these connections are held no more")
            self._process.stdin.write("\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            raise DeployError(f"connections are held no more: {explain(self._process.poll() or 0, '')}") from None
        return next_answer(self._process)


@contextlib.contextmanager
def hold(
    port: int,
    kind: Kind,
    path: str,
    *,
    connections: int,
    connect_timeout_seconds: float = 10,
    cpu: int | None = None,
    headers: Mapping[str, str] = NO_HEADERS,
    stream: str = "",
) -> Iterator[Held]:
    """Open connections as fast as the server takes them, and keep them until the end of the block.

    A connection is open when the handshake is done (websocket), it follows ``stream`` (chat: the site's own protocol),
    the status 200 has come (events), the request was sent (wait: it counts until its answer has come), or the server's
    machine has taken it (idle: nothing is sent). When none was opened or refused for ``connect_timeout_seconds``, the
    rest count as refused. Pings are answered.
    """
    words = ["hold", "--port", str(port), "--kind", kind, "--connections", str(connections)]
    words += ["--timeout", repr(connect_timeout_seconds), *path_words([(1, path)]), *header_words(headers)]
    words += ["--stream", stream]
    with running([*words, *pin_words(cpu)]) as process:
        first = next_answer(process)
        yield Held(first["open"], first["refused"], first["connect_seconds"], first["status"], process)
        # The end of its input lets it end by itself: connections are closed in order, not by a kill.
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
