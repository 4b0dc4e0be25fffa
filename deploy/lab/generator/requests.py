"""HTTP requests in a closed or an open loop, and the responder that the generator proves itself against."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from deploy.errors import DeployError
from deploy.lab.generator.program import header_words, next_answer, path_words, pin_words, run, running
from deploy.lab.generator.readings import HttpLoad

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
MOST_DRAIN_SECONDS = 15.0


def http(
    port: int,
    path: str,
    *,
    connections: int,
    seconds: float,
    warm_up_seconds: float = 0,
    rate: float | None = None,
    seed: int = 1,
    method: str = "GET",
    body_bytes: int = 0,
    headers: Mapping[str, str] = NO_HEADERS,
    paths: Sequence[tuple[float, str]] = (),
    timeout_seconds: float = 30,
    keep_alive: bool = True,
    cpu: int | None = None,
    drain_seconds: float | None = None,
) -> HttpLoad:
    """Load 127.0.0.1:port and say what came of it.

    Without ``rate`` each connection sends its next request when it has the answer (closed loop). With it requests are
    due at the times of a Poisson process, ``rate`` a second; they wait for a free connection, and their latency counts
    from when they were due. Connections are opened when they are first needed. ``paths``, pairs (weight, path), take
    the place of ``path``.

    After ``warm_up_seconds`` and ``seconds`` nothing more is sent, and what is on its way is waited for: for
    ``drain_seconds`` at most, 15 by default. So the next load finds a server that has nothing left to do.

    A request of a method that may be repeated goes out once more when the server had closed the kept connection
    before it came. Raises DeployError when nothing ever listened on the port, or the generator fails.
    """
    if not method.isalpha() or not method.isupper():
        raise DeployError(f"{method!r} is no method: it is written in capital letters")
    drain = min(timeout_seconds, MOST_DRAIN_SECONDS) if drain_seconds is None else drain_seconds
    words = ["http", "--port", str(port), "--connections", str(connections), "--seconds", repr(seconds)]
    words += ["--warm-up", repr(warm_up_seconds), "--drain", repr(drain), "--timeout", repr(timeout_seconds)]
    words += ["--seed", str(seed), "--method", method, "--body-bytes", str(body_bytes)]
    words += [] if rate is None else ["--rate", repr(rate)]
    words += [] if keep_alive else ["--close"]
    words += header_words(headers) + path_words(paths or [(1, path)]) + pin_words(cpu)
    load = HttpLoad.from_json(run(words, warm_up_seconds + seconds + drain))
    if not load.answered_in_all and load.sent and load.errors["connect"] == load.sent:
        raise DeployError(f"nothing takes connections on port {port}")
    return load


@contextlib.contextmanager
def responder(*, cpu: int | None = None) -> Iterator[int]:
    """The generator's own server, which answers ``Hello, world!`` to every request; yields its port."""
    with running(["serve-plain", *pin_words(cpu)]) as process:
        yield next_answer(process)["port"]
