"""How Daphne's connections are written to and read from, so that nobody's slowness fills the memory."""

from __future__ import annotations

import asyncio
from typing import Any

from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer  # type: ignore[import-untyped]

# Messages of one socket that wait for the application: reading stops at the first number, and goes on at the second.
MOST_WAITING, FEW_WAITING = 64, 16


@implementer(IPushProducer)
class Gate:
    """Open while ``consumer`` writes without piling up; Twisted closes it at 64 KiB and opens it when all is gone."""

    def __init__(self, consumer: Any) -> None:
        self._open = asyncio.Event()
        self._open.set()
        self._consumer = consumer
        consumer.registerProducer(self, True)

    @property
    def is_open(self) -> bool:
        return self._open.is_set()

    async def wait(self) -> None:
        await self._open.wait()

    def remove(self) -> None:
        self._consumer.unregisterProducer()
        self.stopProducing()

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


def text_frame(text: str) -> bytes:
    """RFC 6455, section 5.2: one final, unmasked text frame."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return b"\x81" + bytes([size]) + payload
    head = b"\x81\x7e" + size.to_bytes(2, "big") if size < 1 << 16 else b"\x81\x7f" + size.to_bytes(8, "big")
    return head + payload


def write_now(transport: Any, content: bytes) -> None:
    """To the kernel right away where nothing waits: the reactor would ask it twice more, before and after."""
    if not (transport.dataBuffer or transport._tempDataBuffer) and transport.connected and not transport.disconnecting:
        sent = transport.writeSomeData(content)
        # Whatever else it gives is a connection that is lost, which the reactor notices by itself.
        content = content[sent:] if isinstance(sent, int) and sent > 0 else content
    if content:
        transport.write(content)
