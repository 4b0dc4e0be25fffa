"""Daphne that waits: for a reader that is slow to read, for an application that is slow to take what was sent, and,
when it is told to stop, for what is under way.

Daphne itself keeps whatever cannot be written yet, and whatever is not read yet, in memory without a bound: one socket
that asks for history and does not read fills a machine. Told to stop, it drops requests and cuts sockets without a
word. Run as ``python -m deploy.daphne`` with Daphne's own options.

An application finds in ``scope["extensions"]["ambos"]`` what ASGI itself does not have: ``push`` writes one frame to
many sockets as it is, ``when_leaving`` and ``is_leaving`` tell of the end in time. On other servers it does without.
"""

from __future__ import annotations

import asyncio
import logging
import math
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from daphne.cli import CommandLineInterface
from daphne.http_protocol import WebRequest
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import reactor as _reactor
from twisted.internet.defer import Deferred
from twisted.web.http import HTTPChannel

from deploy.flow import Gate, Inbox, text_frame, write_now

logger = logging.getLogger("deploy.daphne")
reactor: Any = _reactor

# Told to stop: what is under way has the first of these; then it is cancelled, and has the second for its `finally`.
# The kernel ends after the third what a thread still holds up. Supervisors kill after 15 (stop_seconds).
GRACE_SECONDS, LAST_SECONDS, LONGEST_SECONDS = 10.0, 2.0, 14
TICK_SECONDS = 0.05
CHECK_SECONDS, CHECKED_AT_ONCE = 2.0, 50
# Whoever was let in just before may have asked already, though nobody has read it yet.
FIRST_TICKS = 4
# Sockets are sent away so many a tick, or as many as it takes to be done in that time: not all come back at once.
FEW_A_TICK, PARTING_SECONDS = 25, 5.0
# "This server ends; come back": docs/protocol.md. A code of one's own, since Daphne's library refuses to send 1012.
COME_BACK = 4012


class PatientServer(Server):
    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)  # type: ignore[no-untyped-call]
        self._gates: dict[Any, Gate] = {}
        self._ports: list[Any] = []
        self._is_leaving = False

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)  # type: ignore[no-untyped-call]
        self._ports.append(port)

    def protocol_connected(self, protocol: Any) -> None:
        super().protocol_connected(protocol)  # type: ignore[no-untyped-call]
        if _is_socket(protocol):
            # In the place of the HTTP connection that this was before the upgrade.
            protocol.transport.unregisterProducer()
            self._gates[protocol] = Gate(protocol.transport)

    def protocol_disconnected(self, protocol: Any) -> None:
        super().protocol_disconnected(protocol)  # type: ignore[no-untyped-call]
        if (gate := self._gates.pop(protocol, None)) is not None:
            gate.remove()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        offered: dict[str, Any] = {"when_leaving": partial(self._when_leaving, protocol), "is_leaving": self._leaving}
        if _is_socket(protocol):
            offered["push"] = partial(self._push, protocol)
        scope["extensions"] = {**scope.get("extensions", {}), "ambos": offered}
        if not _is_socket(protocol):
            if self._is_leaving:
                _make_last(protocol)
            return super().create_application(protocol, scope)  # type: ignore[no-untyped-call]
        inbox = Inbox(protocol.transport)
        scope.setdefault("asgi", {"version": "3.0"})
        application = self.application(scope=scope, receive=inbox.get, send=partial(self.handle_reply, protocol))
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(application)
        return inbox

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        if _is_socket(protocol):
            # An application that was told of the end may not have heard it yet.
            if not (self._is_leaving and protocol.state in (protocol.STATE_CLOSING, protocol.STATE_CLOSED)):
                await super().handle_reply(protocol, message)  # type: ignore[no-untyped-call]
            holds_back = message["type"] == "websocket.send"
        else:
            holds_back = message["type"] == "http.response.body" and message.get("more_body", False)
            if holds_back and protocol not in self._gates and self._is_connected(protocol):
                self._gates[protocol] = Gate(protocol.channel)
            await super().handle_reply(protocol, message)  # type: ignore[no-untyped-call]
        if holds_back:
            await self._wait_for_reader(protocol)

    def _push(self, protocol: Any, frame: Any) -> bool:
        """Write a text frame at once, where nothing waits before it and the reader keeps up; whether it was written.

        ``frame.text`` is what it says. Its bytes are kept in ``frame.wire``: they are the same for every socket, since
        what a server sends is not masked and Daphne compresses nothing.
        """
        gate = self._gates.get(protocol)
        if gate is None or not gate.is_open or protocol.state != protocol.STATE_OPEN or protocol.send_queue:
            return False
        if frame.wire is None:
            frame.wire = text_frame(frame.text)
        write_now(protocol.transport, frame.wire)
        return True

    def timeout_checker(self) -> None:
        """Daphne's own, a few connections at a time: thousands that are asked for a sign of life at once would hold up
        everybody else."""
        self._check_timeouts(list(self.connections))

    def _check_timeouts(self, protocols: list[Any]) -> None:
        for protocol in protocols[:CHECKED_AT_ONCE]:
            if protocol in self.connections:
                protocol.check_timeouts()
        rest = protocols[CHECKED_AT_ONCE:]
        if rest:
            reactor.callLater(0, self._check_timeouts, rest)
        else:
            reactor.callLater(CHECK_SECONDS, self.timeout_checker)

    def _when_leaving(self, protocol: Any, tell: Callable[[int], None]) -> None:
        """``tell`` is called with the milliseconds that are left, when this server has been told to stop."""
        if protocol in self.connections:
            self.connections[protocol]["tell"] = tell

    def _leaving(self) -> bool:
        return self._is_leaving

    async def _wait_for_reader(self, protocol: Any) -> None:
        if (gate := self._gates.get(protocol)) is not None:
            await gate.wait()
        else:
            # Nobody is there any more; an answer without an end is to hear of it and not to hold up the others.
            await asyncio.sleep(0)

    def _is_connected(self, protocol: Any) -> bool:
        return "disconnected" not in self.connections.get(protocol, {"disconnected": 0})

    def kill_all_applications(self) -> Deferred[None]:
        """Twisted calls this when it is told to stop, and waits for what it returns before it ends."""
        if self.signal_handlers:
            # Told once more, the process ends at once.
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.alarm(LONGEST_SECONDS)
        return Deferred.fromFuture(asyncio.ensure_future(self._leave()))

    async def _leave(self) -> None:
        self._is_leaving = True
        for port in self._ports:
            port.stopListening()
        for tell in [details["tell"] for details in self.connections.values() if "tell" in details]:
            tell(int(PARTING_SECONDS * 1000))
        for request in self._requests():
            _make_last(request)
        deadline = time.monotonic() + GRACE_SECONDS
        share = max(FEW_A_TICK, math.ceil(len(list(self._open_sockets())) * TICK_SECONDS / PARTING_SECONDS))
        ticks = 0
        while (ticks < FIRST_TICKS or self._is_busy()) and time.monotonic() < deadline:
            for socket in list(islice(self._open_sockets(), share)):
                _send_away(socket)
            ticks += 1
            await asyncio.sleep(TICK_SECONDS)
        await self._cancel_rest()

    def _requests(self) -> Iterator[Any]:
        """Those that are not answered yet."""
        return (each for each in self.connections if isinstance(each, WebRequest) and self._is_connected(each))

    def _open_sockets(self) -> Iterator[Any]:
        return (each for each in self.connections if _is_socket(each) and each.state == each.STATE_OPEN)

    def _running(self) -> list[asyncio.Future[Any]]:
        started = [details.get("application_instance") for details in self.connections.values()]
        return [application for application in started if application is not None and not application.done()]

    def _is_busy(self) -> bool:
        """Whether somebody is still connected or served, or has not been written all of an answer."""
        return any(map(self._is_connected, self.connections)) or bool(self._running() or reactor.getWriters())

    async def _cancel_rest(self) -> None:
        running = self._running()
        if not running:
            return
        logger.warning("%d requests and sockets did not end in %g s and are cancelled", len(running), GRACE_SECONDS)
        for request in list(self._requests()):
            if "application_instance" in self.connections[request] and not request.startedWriting:
                request.basic_error(503, b"Service Unavailable", "This server ends.")
        for application in running:
            application.cancel()
        await asyncio.wait(running, timeout=LAST_SECONDS)
        await asyncio.sleep(TICK_SECONDS)


def _is_socket(protocol: Any) -> bool:
    return isinstance(protocol, WebSocketProtocol)


def _make_last(request: Any) -> None:
    """Close the connection after this answer: the next request is for another server."""
    channel = getattr(request, "channel", None)
    if isinstance(channel, HTTPChannel):
        channel.persistent = False
        if not request.startedWriting:
            request.responseHeaders.setRawHeaders(b"connection", [b"close"])


def _send_away(socket: Any) -> None:
    """Tell the application and the browser. One that does not answer is cut after a second by Autobahn."""
    socket.application_queue.put_nowait({"type": "websocket.disconnect", "code": COME_BACK})
    # It hears nothing more: neither what the browser still sends, nor a second time that it is gone.
    socket.muted = True
    socket.serverClose(code=COME_BACK)


class CommandLine(CommandLineInterface):
    server_class = PatientServer


if __name__ == "__main__":
    CommandLine.entrypoint()  # type: ignore[no-untyped-call]
