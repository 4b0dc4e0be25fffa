"""How much a socket may be sent ahead of what it has said it has shown: a slow page pulls and is not pushed at."""

from __future__ import annotations

import time
from collections.abc import Sequence

from chat.live.outbox import Outbox
from chat.live.reading import ReadEvent

# Of one stream. Beyond it a socket gets "lag", and nothing more before it asks.
UNACKED_EVENTS = 200
UNACKED_BYTES = 256 * 1024
# Who lags and says nothing for so long is closed.
LAG_SECONDS = 30.0


class Follower:
    """A socket on a stream. ``total`` counts the bytes of all events that the stream's feed has seen."""

    __slots__ = ("_acked", "_acked_total", "_heard_at", "_keeps_pace", "here", "is_lagging", "outbox", "who")

    def __init__(self, outbox: Outbox, *, who: str, here: bool, keeps_pace: bool) -> None:
        """``keeps_pace``: what carries the frames waits for its reader by itself, and knows no acknowledgement."""
        self.outbox = outbox
        self.who = who
        self.here = here
        self.is_lagging = False
        self._keeps_pace = keeps_pace
        self._acked = 0
        self._acked_total = 0
        self._heard_at = 0.0

    def acknowledge(self, seq: int, total: int) -> None:
        """Everything up to ``seq`` is shown; a smaller number than before changes nothing but that it was heard."""
        self._heard_at = time.monotonic()
        if seq >= self._acked:
            self._acked, self._acked_total = seq, total

    def begin_at(self, seq: int, total: int) -> None:
        """It has what came up to ``seq``, whatever was said before."""
        self._acked, self._acked_total, self._heard_at = seq, total, time.monotonic()
        self.is_lagging = False

    def affords(self, seq: int, total: int) -> bool:
        """Whether it may be sent the events up to this one."""
        if self._keeps_pace:
            return True
        return seq - self._acked <= UNACKED_EVENTS and total - self._acked_total <= UNACKED_BYTES

    def affordable(self, events: Sequence[ReadEvent]) -> Sequence[ReadEvent]:
        """As many of the next events as may be sent at once; one always may."""
        if self._keeps_pace:
            return events
        left = UNACKED_BYTES
        for number, event in enumerate(events[:UNACKED_EVENTS]):
            left -= event.size
            if left < 0 and number:
                return events[:number]
        return events[:UNACKED_EVENTS]

    def lag(self) -> None:
        self.is_lagging, self._heard_at = True, time.monotonic()

    @property
    def is_lost(self) -> bool:
        return self.is_lagging and time.monotonic() - self._heard_at > LAG_SECONDS
