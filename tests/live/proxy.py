"""A network that can be made bad: a proxy on loopback that delays, trickles, swallows and cuts what passes through."""

from __future__ import annotations

import asyncio
from typing import Literal

PIECE_BYTES = 65536
# What a trickling line passes at once.
TRICKLE_BYTES = 64

Direction = Literal["up", "down"]


class Proxy:
    """``async with Proxy(port) as proxy``: what connects to ``proxy.url`` reaches that port of this machine.

    ``up`` is what the browser says, ``down`` what it hears. ``delay_seconds`` and ``trickle_seconds`` (for every
    TRICKLE_BYTES; 0: as fast as it goes) hold for connections that are open, too.
    """

    def __init__(self, port: int, *, source: str = "127.0.0.1") -> None:
        """``source``: the address from which it connects, one of this machine's own (127.0.0.0/8)."""
        self.delay_seconds = 0.0
        self.trickle_seconds = 0.0
        # Whoever comes is cut at once.
        self.is_down = False
        self.accepted = 0
        self.target = port
        self.source = source
        self._lines: set[_Line] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://localhost:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """End the connections that are open, for both sides and without a word."""
        for line in list(self._lines):
            line.client.transport.abort()

    def swallow(self, *directions: Direction) -> None:
        """On the connections that are open: take what is said, and give it to nobody. Both directions make one
        half-open, as it is when a router has forgotten it: each side believes that the other is there."""
        for line in self._lines:
            line.swallows.update(directions)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task, line = asyncio.current_task(), _Line(self, writer)
        assert task is not None
        self._tasks.add(task)
        self._lines.add(line)
        self.accepted += 1
        try:
            if not self.is_down:
                await line.carry(reader)
        except (OSError, asyncio.CancelledError):
            # Nobody is there, or the proxy ends: asyncio would complain of a connection's task that was cancelled.
            pass
        finally:
            self._lines.discard(line)
            self._tasks.discard(task)
            writer.transport.abort()


class _Line:
    def __init__(self, proxy: Proxy, client: asyncio.StreamWriter) -> None:
        self.client = client
        self.swallows: set[Direction] = set()
        self._proxy = proxy

    async def carry(self, reader: asyncio.StreamReader) -> None:
        """Both ways, until either side ends."""
        source = (self._proxy.source, 0)
        there, server = await asyncio.open_connection("127.0.0.1", self._proxy.target, local_addr=source)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(reader, server, "up"))
                both.create_task(self._carry(there, self.client, "down"))
        except* OSError:
            pass
        finally:
            server.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, direction: Direction) -> None:
        """Raises ConnectionError at the end, so that the other direction ends with it."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=64)
        async with asyncio.TaskGroup() as both:
            both.create_task(self._take(reader, under_way))
            both.create_task(self._give(under_way, writer, direction))

    async def _take(self, reader: asyncio.StreamReader, under_way: asyncio.Queue[tuple[float, bytes]]) -> None:
        now = asyncio.get_running_loop().time
        while piece := await reader.read(PIECE_BYTES):
            await under_way.put((now() + self._proxy.delay_seconds, piece))
        await under_way.put((0, b""))

    async def _give(
        self, under_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter, direction: Direction
    ) -> None:
        now = asyncio.get_running_loop().time
        while True:
            due, piece = await under_way.get()
            if not piece:
                raise ConnectionError("one side has ended")
            await asyncio.sleep(max(0.0, due - now()))
            for part in self._parts(piece):
                if direction not in self.swallows:
                    writer.write(part)
                    await writer.drain()
                await asyncio.sleep(self._proxy.trickle_seconds)

    def _parts(self, piece: bytes) -> list[bytes]:
        size = TRICKLE_BYTES if self._proxy.trickle_seconds else PIECE_BYTES
        return [piece[at : at + size] for at in range(0, len(piece), size)]
