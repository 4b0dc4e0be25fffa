"""Messages over WebSockets: each comes back to its sender, or goes to everybody; or is kept, in the site's chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deploy.lab.generator.program import header_words, path_words, pin_words, run
from deploy.lab.generator.readings import ChatLoad, EchoLoad, FanLoad
from deploy.lab.generator.requests import MOST_DRAIN_SECONDS, NO_HEADERS

# What opening the sockets may take; it is given up earlier, when none has opened for ten seconds.
OPEN_SECONDS = 60.0


def ws_echo(
    port: int,
    path: str,
    *,
    connections: int,
    seconds: float,
    rate: float | None = None,
    payload_bytes: int = 64,
    warm_up_seconds: float = 0,
    seed: int = 1,
    cpu: int | None = None,
    headers: Mapping[str, str] = NO_HEADERS,
    timeout_seconds: float = 30,
) -> EchoLoad:
    """Send text messages over open WebSockets and wait for each to come back word for word.

    Closed and open loop as in ``http``; the sockets are opened before the load begins. A socket that fails is opened
    again. Raises DeployError when none can be opened.
    """
    words = ["ws-echo", "--port", str(port), "--connections", str(connections), "--seconds", repr(seconds)]
    words += ["--warm-up", repr(warm_up_seconds), "--timeout", repr(timeout_seconds), "--seed", str(seed)]
    words += ["--payload-bytes", str(payload_bytes), "--drain", repr(MOST_DRAIN_SECONDS)]
    words += _common_words(path, rate, headers, cpu)
    return EchoLoad.from_json(run(words, OPEN_SECONDS + warm_up_seconds + seconds + MOST_DRAIN_SECONDS))


def ws_fan(
    port: int,
    path: str,
    *,
    sockets: int,
    seconds: float,
    rate: float | None,
    payload_bytes: int = 64,
    senders: int = 1,
    warm_up_seconds: float = 0,
    cpu: int | None = None,
    seed: int = 1,
    headers: Mapping[str, str] = NO_HEADERS,
    timeout_seconds: float = 5,
    around: tuple[str, str] = ("", ""),
) -> FanLoad:
    """Open ``sockets``, send text messages on ``senders`` of them, and count what comes back on all.

    ``rate`` messages a second in all, at the times of a Poisson process; or, with None, each sender's next message
    goes out when its last one was delivered to all, or ``timeout_seconds`` after it was sent. ``payload_bytes`` is 16
    or more, and stands between the two words of ``around``. Raises DeployError when no socket can be opened.
    """
    words = ["ws-fan", "--port", str(port), "--connections", str(sockets), "--seconds", repr(seconds)]
    words += ["--warm-up", repr(warm_up_seconds), "--timeout", repr(timeout_seconds), "--seed", str(seed)]
    words += ["--payload-bytes", str(payload_bytes), "--senders", str(senders), "--drain", repr(timeout_seconds)]
    words += ["--prefix", around[0], "--suffix", around[1], *_common_words(path, rate, headers, cpu)]
    return FanLoad.from_json(run(words, OPEN_SECONDS + warm_up_seconds + seconds + timeout_seconds))


def chat(
    port: int,
    path: str,
    stream: str,
    *,
    sockets: int,
    cookies: Sequence[str],
    seconds: float,
    rate: float | None,
    listeners: int | None = None,
    payload_bytes: int = 64,
    warm_up_seconds: float = 0,
    cpu: int | None = None,
    seed: int = 1,
    drain_seconds: float = 15,
) -> ChatLoad:
    """Let people talk in ``stream`` by the live protocol (docs/protocol.md): the first sockets speak, one for each of
    ``cookies``, the last ``listeners`` of them listen (all, unless said), and acknowledge what they were shown.

    ``rate`` messages a second in all, at the times of a Poisson process; or, with None, each speaker's next message
    goes out when the last one was confirmed. At the end it is waited for ``drain_seconds`` at most until everything is
    confirmed and shown. Raises DeployError when a socket is not let in.
    """
    words = ["chat", "--port", str(port), "--connections", str(sockets), "--seconds", repr(seconds)]
    words += ["--warm-up", repr(warm_up_seconds), "--seed", str(seed), "--drain", repr(drain_seconds)]
    words += ["--payload-bytes", str(payload_bytes), "--stream", stream, "--senders", str(len(cookies))]
    words += [] if listeners is None else ["--listeners", str(listeners)]
    words += [word for cookie in cookies for word in ("--cookie", cookie)]
    words += _common_words(path, rate, NO_HEADERS, cpu)
    return ChatLoad.from_json(run(words, OPEN_SECONDS + warm_up_seconds + seconds + drain_seconds))


def _common_words(path: str, rate: float | None, headers: Mapping[str, str], cpu: int | None) -> list[str]:
    rates = [] if rate is None else ["--rate", repr(rate)]
    return [*rates, *header_words(headers), *path_words([(1, path)]), *pin_words(cpu)]
