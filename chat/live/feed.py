"""One stream as one process sees it: its newest events, and the sockets that follow it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from chat.live import database, reading
from chat.live.credit import Follower
from chat.live.outbox import Outbox, Text
from chat.live.protocol import MAX_SENT_BYTES, encode, encode_events
from chat.live.reading import ReadEvent

KEPT_EVENTS = 500
# A browser that misses more than this reloads its page's state instead.
MAX_HOLE = 500
EVENTS_A_FRAME = 100
# Sockets that hear in one go where an idle stream is: with thousands, everybody else would wait.
TOLD_AT_ONCE = 100
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
        self.followers: dict[Outbox, Follower] = {}
        # Sockets that follow, and those that are about to: it is kept while anybody needs it.
        self.users = 0
        self.reader: asyncio.Task[None] | None = None
        self.told_head_at = time.monotonic()
        # What this process itself does with the events that come.
        self.listener: Callable[[Sequence[ReadEvent]], None] | None = None
        self._recent: deque[ReadEvent] = deque(maxlen=KEPT_EVENTS)
        # Bytes of all events so far, and up to each of the recent ones: what somebody has not acknowledged yet.
        self._total = 0
        self._totals: deque[int] = deque(maxlen=KEPT_EVENTS)
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        async with self._opening:
            if not self.is_open:
                self.epoch, self.head = await database.run(reading.open_stream, self.key)
                self.is_open = True

    async def missing(self, epoch: str | None, seq: int) -> list[ReadEvent] | None:
        """The events that follow ``seq``: from memory, else from the database. None: begin anew.

        The answer reaches to ``head`` as it is when this returns: whoever joins ``followers`` before the next await
        misses nothing and hears nothing twice.
        """
        found: list[ReadEvent] = []
        while True:
            if (epoch is not None and epoch != self.epoch) or not 0 <= self.head - seq <= MAX_HOLE:
                return None
            if seq == self.head or (self._recent and self._recent[0].seq <= seq + 1):
                return found + [event for event in self._recent if event.seq > seq]
            events = await database.run(reading.events_after, self.key, seq, limit=MAX_HOLE, upto=self.head)
            if not events or events[0].seq != seq + 1:
                return None
            found += events
            seq = events[-1].seq

    async def read(self) -> None:
        """Read what is new once, and hand it to all. Raises what the database raises."""
        while self.wanted > self.head:
            events = await database.run(reading.events_after, self.key, self.head, limit=KEPT_EVENTS)
            if not events or events[0].seq != self.head + 1:
                # A ring for what is not there: the sweep compares the epochs.
                self.wanted = self.head
                return
            self._hand_out_all(events)

    def take(self, events: Sequence[ReadEvent]) -> bool:
        """Hand out what this process has written itself, where it is the next; says whether it was. Elsewhere, and
        while older events are being read, the database is asked."""
        is_next = bool(events) and events[0].seq == self.head + 1 and self.is_open
        if not is_next or (self.reader is not None and not self.reader.done()):
            return False
        self._hand_out_all(events)
        return True

    def begin_anew(self, epoch: str, head: int) -> None:
        """The numbers have lost their meaning (a restored backup): every page reloads its state."""
        self.epoch, self.head, self.wanted = epoch, head, head
        self._forget()
        reset = Text(self.reset_frame())
        for follower in self.followers.values():
            follower.begin_at(head, self._total)
            follower.outbox.put(reset)

    def follow(self, follower: Follower, events: Sequence[ReadEvent] | None, *, re: int | str | None) -> None:
        """From now on; ``events`` are those that it misses, None where it has to begin anew."""
        self.followers[follower.outbox] = follower
        if events is None:
            self._begin_anew(follower, re)
            return
        follower.outbox.put(encode("sub_ok", re=re, stream=self.key, epoch=self.epoch, seq=self.head))
        self._catch_up(follower, events)
        if follower.is_lagging:
            follower.outbox.put(self.lag_frame())

    def sync(self, outbox: Outbox, events: Sequence[ReadEvent] | None, *, re: int | str | None) -> None:
        """Send the events that it misses once more, as many as it has credit for, and where the stream is."""
        follower = self.followers.get(outbox)
        if follower is None:
            return
        if events is None:
            self._begin_anew(follower, re)
            return
        self._catch_up(follower, events)
        outbox.put(self.head_frame(re))

    def acknowledge(self, outbox: Outbox, seq: int) -> None:
        if (follower := self.followers.get(outbox)) is not None:
            follower.acknowledge(min(seq, self.head), self._total_at(seq))

    def reset_frame(self, re: int | str | None = None) -> str:
        return encode("reset", re=re, stream=self.key, epoch=self.epoch, seq=self.head)

    def head_frame(self, re: int | str | None = None) -> str:
        return encode("head", re=re, stream=self.key, epoch=self.epoch, seq=self.head)

    def lag_frame(self) -> str:
        return encode("lag", stream=self.key, seq=self.head)

    async def tell_head(self) -> None:
        """Where the stream is, to all of those who follow it, and others in between."""
        self.told_head_at = time.monotonic()
        outboxes = list(self.followers)
        for start in range(0, len(outboxes), TOLD_AT_ONCE):
            head = Text(self.head_frame())
            for outbox in outboxes[start : start + TOLD_AT_ONCE]:
                if outbox in self.followers:
                    outbox.put(head)
            await asyncio.sleep(0)

    def tell(self, text: str, wanted: Callable[[Follower], bool] = lambda follower: True) -> None:
        """A frame that is not numbered, to all of those who are ``wanted``."""
        frame = Text(text)
        for follower in self.followers.values():
            if wanted(follower):
                follower.outbox.put(frame)

    def lost(self) -> list[Outbox]:
        """Those that lag and have said nothing for too long."""
        return [outbox for outbox, follower in self.followers.items() if follower.is_lost]

    def _hand_out_all(self, events: Sequence[ReadEvent]) -> None:
        for frame, in_it in frames(self.key, events):
            self._hand_out(frame, in_it)
        if self.listener is not None:
            self.listener(events)

    def _hand_out(self, frame: Text, events: Sequence[ReadEvent]) -> None:
        self._keep(events)
        self.head = head = events[-1].seq
        total = self._total
        lagging = None
        for follower in self.followers.values():
            if follower.is_lagging:
                continue
            if follower.affords(head, total):
                follower.outbox.put(frame)
            else:
                follower.lag()
                lagging = lagging or Text(self.lag_frame())
                follower.outbox.put(lagging)

    def _keep(self, events: Sequence[ReadEvent]) -> None:
        for event in events:
            if event.redacts:
                # In the database the words are gone; what is held here still has them.
                self._forget()
            self._total += event.size
            self._recent.append(event)
            self._totals.append(self._total)

    def _forget(self) -> None:
        self._recent.clear()
        self._totals.clear()

    def _catch_up(self, follower: Follower, events: Sequence[ReadEvent]) -> None:
        first = events[0].seq if events else self.head + 1
        follower.begin_at(first - 1, self._total_at(first - 1))
        sent = follower.affordable(events)
        for frame, _events in frames(self.key, sent):
            follower.outbox.put(frame)
        if len(sent) < len(events):
            follower.lag()

    def _begin_anew(self, follower: Follower, re: int | str | None) -> None:
        follower.begin_at(self.head, self._total)
        follower.outbox.put(self.reset_frame(re))

    def _total_at(self, seq: int) -> int:
        if not self._recent or seq >= self._recent[-1].seq:
            return self._total
        place = seq - self._recent[0].seq
        return self._totals[place] if place >= 0 else self._totals[0] - self._recent[0].size


def frames(key: str, events: Sequence[ReadEvent]) -> Iterator[tuple[Text, Sequence[ReadEvent]]]:
    """``ev`` frames, and what is in each: at most EVENTS_A_FRAME events, and no more bytes than a frame may have."""
    batch: list[ReadEvent] = []
    room = 0
    for event in events:
        if batch and (event.size > room or len(batch) == EVENTS_A_FRAME):
            yield _frame(key, batch), batch
            batch = []
        if not batch:
            room = MAX_SENT_BYTES - FRAME_AROUND_BYTES
        batch.append(event)
        room -= event.size + 1
    if batch:
        yield _frame(key, batch), batch


def _frame(key: str, events: Sequence[ReadEvent]) -> Text:
    return Text(encode_events(key, [event.text for event in events]))
