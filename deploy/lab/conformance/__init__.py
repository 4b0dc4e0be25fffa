"""Whether a started peer does what every peer does. Asked over the wire, knowing nothing of its server or framework."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from websockets.exceptions import WebSocketException

from deploy.lab.conformance import http, sockets
from deploy.lab.conformance.wire import Failed
from deploy.lab.peers.listed import PEERS, Peer

Check = Callable[[int], None]


def check(port: int, peer: str, interface: str) -> list[str]:
    """What the peer that listens on ``port`` does otherwise than it should, one line each; empty where it conforms."""
    failures = []
    for name, ask in _checks(peer, interface).items():
        try:
            ask(port)
        except Failed as failed:
            failures.append(f"{name}: {failed}")
        except (OSError, ValueError, http.HTTPException, WebSocketException) as error:
            failures.append(f"{name}: no proper answer: {' '.join(str(error).split()) or type(error).__name__}")
    return failures


def checks(peer: str) -> list[str]:
    """The names of what ``check`` looks at."""
    return list(_checks(peer, _peer(peer).interface))


def _checks(name: str, interface: str) -> dict[str, Check]:
    peer = _peer(name)
    is_async = interface == "asgi"
    asked: dict[str, Check] = {"waits": partial(http.waits, is_async=is_async), **http.CHECKS, **sockets.CHECKS}
    chosen = {path: ask for path, ask in asked.items() if path in peer.endpoints}
    return chosen | {"unknown path": http.unknown_path, "same connection": http.same_connection}


def _peer(name: str) -> Peer:
    return next(peer for peer in PEERS if peer.name == name)
