"""One stream as one process sees it: its newest events, and the sockets that follow it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Sequence

from chat.live import database, reading
from chat.live.outbox import Outbox
from chat.live.protocol import MAX_SENT_BYTES, encode, encode_events

KEPT_EVENTS = 500
# A browser that misses more than this reloads its page's state instead.
MAX_HOLE = 500
EVENTS_A_FRAME = 100
# What a frame has beside its events, and more: a stream's key has 100 characters at most.
FRAME_AROUND_BYTES = 256


class Feed:
    """``head`` is the newest event that the sockets here were given, ``wanted`` the newest that was heard of."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.epoch = ""
        self.head = 0
        self.wanted = 0
        self.is_open = False
        # Sockets that follow, and those that are about to: it is kept while anybody needs it.
        self.sockets: set[Outbox] = set()
        self.users = 0
        self.reader: asyncio.Task[None] | None = None
        self.told_head_at = time.monotonic()
        self._recent: deque[tuple[int, str]] = deque(maxlen=KEPT_EVENTS)
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        async with self._opening:
            if not self.is_open:
                self.epoch, self.head = await database.run(reading.open_stream, self.key)
                self.is_open = True

    async def missing(self, epoch: str | None, seq: int) -> list[str] | None:
        """The events that follow ``seq``, as JSON: from memory, else from the database. None: begin anew.

        The answer reaches to ``head`` as it is when this returns: whoever joins ``sockets`` before the next await
        misses nothing and hears nothing twice.
        """
        found: list[str] = []
        while True:
            if (epoch is not None and epoch != self.epoch) or not 0 <= self.head - seq <= MAX_HOLE:
                return None
            if seq == self.head or (self._recent and self._recent[0][0] <= seq + 1):
                return found + [event for number, event in self._recent if number > seq]
            events = await database.run(reading.events_after, self.key, seq, limit=MAX_HOLE, upto=self.head)
            if not events or events[0][0] != seq + 1:
                return None
            found += [event for _number, event in events]
            seq = events[-1][0]

    async def read(self) -> None:
        """Read what is new once, and hand it to all. Raises what the database raises."""
        while self.wanted > self.head:
            events = await database.run(reading.events_after, self.key, self.head, limit=KEPT_EVENTS)
            if not events or events[0][0] != self.head + 1:
                # A ring for what is not there: the sweep compares the epochs.
                self.wanted = self.head
                return
            self._recent.extend(events)
            self.head = events[-1][0]
            self.broadcast(frames(self.key, [event for _number, event in events]))

    def begin_anew(self, epoch: str, head: int) -> None:
        """The numbers have lost their meaning (a restored backup): every page reloads its state."""
        self.epoch, self.head, self.wanted = epoch, head, head
        self._recent.clear()
        self.broadcast([self.reset_frame()])

    def reset_frame(self, re: int | str | None = None) -> str:
        return encode("reset", re=re, stream=self.key, epoch=self.epoch, seq=self.head)

    def head_frame(self, re: int | str | None = None) -> str:
        return encode("head", re=re, stream=self.key, epoch=self.epoch, seq=self.head)

    def broadcast(self, texts: Iterable[str]) -> None:
        for text in texts:
            for socket in self.sockets:
                socket.put(text)


def frames(key: str, events: Sequence[str]) -> list[str]:
    """``ev`` frames of at most EVENTS_A_FRAME events, and of no more bytes than a frame may have."""
    batches: list[list[str]] = []
    room = 0
    for event in events:
        size = len(event) if event.isascii() else len(event.encode())
        if not batches or size > room or len(batches[-1]) == EVENTS_A_FRAME:
            batches.append([])
            room = MAX_SENT_BYTES - FRAME_AROUND_BYTES
        batches[-1].append(event)
        room -= size + 1
    return [encode_events(key, batch) for batch in batches]
