"""One hub a process and event loop: hears rings, reads new events once, hands the same text to all their sockets.

It lives while it has sockets: the first one starts it, the last one stops it.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Collection, Sequence
from weakref import WeakKeyDictionary

from chat.live import database, doorbell, reading, revoking
from chat.live.credit import Follower
from chat.live.feed import Feed
from chat.live.identity import Identity
from chat.live.outbox import Outbox
from chat.live.presence import Presence
from chat.live.protocol import CLOSE_TOO_SLOW
from chat.live.reading import ReadEvent
from chat.live.signs import Signs
from chat.live.watch import Watch, Watched

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0
# While the database is away: nobody should wait long for what it brings when it is back.
MAX_SWEEP_SECONDS = 3.0
# So often an idle browser hears where its streams are, and notices even a lost last event.
HEAD_SECONDS = 25.0

_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def current_hub() -> Hub:
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


class Hub:
    def __init__(self) -> None:
        self._feeds: dict[str, Feed] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._watch = Watch()
        self.presence = Presence()
        self.signs = Signs(self._feeds, self.presence)

    def join(self, connection: Watched) -> None:
        """The first step of each socket: from now on it is closed when its visitor loses the right to it."""
        self._watch.add(connection)
        if not self._tasks:
            self._start()

    def part(self, connection: Watched) -> None:
        """The last step of each socket."""
        self._watch.remove(connection)
        self.presence.forget(connection.outbox)
        if self._watch.is_empty:
            self._stop()

    async def subscribe(
        self,
        socket: Outbox,
        key: str,
        *,
        epoch: str | None,
        seq: int | None,
        re: int | str | None,
        identity: Identity = Identity(),  # noqa: B008 - frozen
        here: bool = False,
        keeps_pace: bool = False,
    ) -> None:
        """Let the socket follow a stream from its event ``seq``, or from now. Raises what the database raises."""
        feed = self._enter(key)
        try:
            await feed.open()
            events: list[ReadEvent] | None = [] if seq is None else await self._missing(feed, epoch, seq)
        except BaseException:
            self._leave(feed)
            raise
        # No await from here on, so that nothing falls between what was missing and what comes next.
        if socket in feed.followers:
            self._leave(feed)
        feed.follow(Follower(socket, who=identity.key, here=here, keeps_pace=keeps_pace), events, re=re)
        if here:
            self.presence.enter(feed, socket, identity)
        self._read_soon(feed)

    async def sync(self, socket: Outbox, key: str, *, epoch: str | None, seq: int, re: int | str | None) -> None:
        """Send the events after ``seq`` once more, then ``head``; or ``reset``. The socket follows the stream."""
        feed = self._feeds[key]
        feed.sync(socket, await self._missing(feed, epoch, seq), re=re)

    def acknowledge(self, socket: Outbox, key: str, seq: int) -> None:
        self._feeds[key].acknowledge(socket, seq)

    def unsubscribe(self, socket: Outbox, key: str) -> None:
        feed = self._feeds.get(key)
        if feed is not None and feed.followers.pop(socket, None) is not None:
            self.presence.leave(key, socket)
            self._leave(feed)

    def heard(self, key: str, seq: int, events: Sequence[ReadEvent] = ()) -> None:
        """A ring: the stream ends at ``seq``. ``events`` are the last ones, where this process has written them."""
        feed = self._feeds.get(key)
        if feed is None or seq <= feed.wanted:
            return
        feed.wanted = seq
        if not feed.take(events):
            self._read_soon(feed)

    async def _missing(self, feed: Feed, epoch: str | None, seq: int) -> list[ReadEvent] | None:
        if seq > feed.head or epoch not in (None, feed.epoch):
            # Another process told its page before this one has heard of it: the database knows who is right.
            await self._sweep_once([feed.key])
            if feed.reader is not None:
                await asyncio.wait([feed.reader])
        return await feed.missing(epoch, seq)

    def _enter(self, key: str) -> Feed:
        feed = self._feeds.setdefault(key, Feed(key))
        feed.users += 1
        return feed

    def _leave(self, feed: Feed) -> None:
        feed.users -= 1
        if feed.users == 0:
            self._feeds.pop(feed.key, None)
            if feed.reader is not None:
                feed.reader.cancel()

    def _start(self) -> None:
        doorbell.register(self.heard)
        work = (doorbell.listen(self.heard, self.signs.noted), self._sweep(), self._listen_for_revocations())
        self._tasks = [asyncio.create_task(each) for each in work]

    def _stop(self) -> None:
        doorbell.unregister(self.heard)
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        self._watch.stop()
        self.presence.stop()
        # What is being cancelled must not meet its successor.
        _hubs.pop(asyncio.get_running_loop(), None)

    def _read_soon(self, feed: Feed) -> None:
        if feed.is_open and feed.wanted > feed.head and (feed.reader is None or feed.reader.done()):
            feed.reader = asyncio.create_task(self._read(feed))

    async def _read(self, feed: Feed) -> None:
        try:
            await feed.read()
        except Exception as error:
            # Nothing is lost: the sweep wants it again.
            feed.wanted = feed.head
            logger.warning("Could not read %s: %r", feed.key, error)

    async def _listen_for_revocations(self) -> None:
        """Follow the stream on which every process hears whose rights are to be looked at anew."""
        feed = self._enter(revoking.STREAM)
        feed.listener = self._watch.heard
        try:
            while not feed.is_open:
                try:
                    await feed.open()
                except Exception as error:
                    logger.warning("Could not follow %s: %r", feed.key, error)
                    await asyncio.sleep(SWEEP_SECONDS)
            self._read_soon(feed)
            self._watch.begin()
            await asyncio.Event().wait()
        finally:
            self._leave(feed)

    async def _sweep(self) -> None:
        """Compare the heads of the streams that have sockets here with the database: one query a round."""
        pause = SWEEP_SECONDS
        while True:
            await asyncio.sleep(pause * random.uniform(0.9, 1.1))  # noqa: S311 - spreads the processes' rounds
            self._close_lost()
            self.presence.beat()
            self._watch.beat()
            try:
                await self._sweep_once([key for key, feed in self._feeds.items() if feed.is_open])
                await self._tell_heads()
                pause = SWEEP_SECONDS
            except Exception as error:
                pause = min(pause * 2, MAX_SWEEP_SECONDS)
                logger.warning("The sweep failed, again in %.0f s: %r", pause, error)

    async def _sweep_once(self, keys: Collection[str]) -> None:
        for key, (epoch, last_seq) in (await database.run(reading.heads, keys)).items():
            feed = self._feeds.get(key)
            if feed is not None and feed.is_open:
                self._compare(feed, epoch, last_seq)

    def _compare(self, feed: Feed, epoch: str, last_seq: int) -> None:
        if epoch != feed.epoch:
            feed.begin_anew(epoch, last_seq)
        elif last_seq > feed.head:
            feed.wanted = max(feed.wanted, last_seq)
            self._read_soon(feed)

    async def _tell_heads(self) -> None:
        for feed in list(self._feeds.values()):
            if feed.is_open and time.monotonic() - feed.told_head_at > HEAD_SECONDS:
                await feed.tell_head()

    def _close_lost(self) -> None:
        lost: Sequence[Outbox] = [outbox for feed in self._feeds.values() for outbox in feed.lost()]
        for outbox in lost:
            outbox.close(CLOSE_TOO_SLOW)
