"""Daphne that waits: for a reader that is slow to read, and for an application that is slow to take what was sent.

Daphne itself keeps whatever cannot be written yet, and whatever is not read yet, in memory without a bound: one socket
that asks for history and does not read fills a machine. Run as ``python -m deploy.daphne`` with Daphne's own options.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from daphne.cli import CommandLineInterface
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer  # type: ignore[import-untyped]

# Messages of one socket that wait for the application: reading stops at the first number, and goes on at the second.
MOST_WAITING, FEW_WAITING = 64, 16


@implementer(IPushProducer)
class Gate:
    """Open while the transport writes without piling up; Twisted closes it at 64 KiB and opens it when all is gone."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()

    async def wait(self) -> None:
        await self._open.wait()

    def pauseProducing(self) -> None:
        self._open.clear()

    def resumeProducing(self) -> None:
        self._open.set()

    def stopProducing(self) -> None:
        """The connection is gone: nobody waits for it any more."""
        self._open.set()


class Inbox(asyncio.Queue[dict[str, Any]]):
    """What a browser sent and the application has not taken; while there is much of it, the browser has to wait."""

    def __init__(self, transport: Any) -> None:
        super().__init__()
        self._transport = transport
        self._is_paused = False

    def _put(self, item: dict[str, Any]) -> None:
        super()._put(item)
        if not self._is_paused and self.qsize() >= MOST_WAITING:
            self._is_paused = True
            self._transport.pauseProducing()

    def _get(self) -> dict[str, Any]:
        item: dict[str, Any] = super()._get()
        if self._is_paused and self.qsize() <= FEW_WAITING:
            self._is_paused = False
            self._transport.resumeProducing()
        return item


class PatientServer(Server):
    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)  # type: ignore[no-untyped-call]
        self._gates: dict[WebSocketProtocol, Gate] = {}

    def protocol_connected(self, protocol: Any) -> None:
        super().protocol_connected(protocol)  # type: ignore[no-untyped-call]
        if _is_socket(protocol):
            gate = self._gates[protocol] = Gate()
            # In the place of the HTTP connection that this was before the upgrade.
            protocol.transport.unregisterProducer()
            protocol.transport.registerProducer(gate, True)

    def protocol_disconnected(self, protocol: Any) -> None:
        super().protocol_disconnected(protocol)  # type: ignore[no-untyped-call]
        if (gate := self._gates.pop(protocol, None)) is not None:
            gate.stopProducing()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if not _is_socket(protocol):
            return super().create_application(protocol, scope)  # type: ignore[no-untyped-call]
        inbox = Inbox(protocol.transport)
        scope.setdefault("asgi", {"version": "3.0"})
        application = self.application(scope=scope, receive=inbox.get, send=partial(self.handle_reply, protocol))
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(application)
        return inbox

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        await super().handle_reply(protocol, message)  # type: ignore[no-untyped-call]
        gate = self._gates.get(protocol)
        if gate is not None and message["type"] == "websocket.send":
            await gate.wait()


def _is_socket(protocol: Any) -> bool:
    return isinstance(protocol, WebSocketProtocol)


class CommandLine(CommandLineInterface):
    server_class = PatientServer


if __name__ == "__main__":
    CommandLine.entrypoint()  # type: ignore[no-untyped-call]
