"""Who has a page of a stream open. Each process writes down its own members, and shows its sockets those of all.

A member's row hangs on its process's row, which is written anew every few seconds: when a process dies, whoever looks
next finds it silent and takes it away, with all its members.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from chat.live import database, members
from chat.live.credit import Follower
from chat.live.feed import Feed
from chat.live.identity import Identity
from chat.live.members import Seen
from chat.live.outbox import Outbox
from chat.live.protocol import encode

logger = logging.getLogger(__name__)

# Who comes and goes within this time is written and told together.
PAUSE_SECONDS = 0.3
BEAT_SECONDS = 10.0
# More names than these nobody reads, and each change would be told to all of them; ``count`` says how many there are.
MOST_SHOWN = 200


@dataclass
class Presences:
    """The members of one stream: ``own`` by this process's sockets, ``told`` as its sockets were told."""

    feed: Feed
    own: dict[Outbox, Identity]
    told: dict[str, Seen]
    told_count: int = 0


class Presence:
    def __init__(self) -> None:
        self._process = uuid.uuid4()
        self._streams: dict[str, Presences] = {}
        self._away: set[Outbox] = set()
        self._unwritten: set[str] = set()
        self._unread: set[str] = set()
        self._beaten_at = 0.0
        self._task: asyncio.Task[None] | None = None
        # Called with the streams whose members this process has written.
        self.on_change: Callable[[Collection[str]], None] = lambda streams: None

    @property
    def is_empty(self) -> bool:
        return not self._streams

    def enter(self, feed: Feed, outbox: Outbox, identity: Identity) -> None:
        """Show ``identity`` on the stream, and tell its socket who is there. Nobody's name is empty: they only look."""
        presences = self._streams.setdefault(feed.key, Presences(feed, {}, {}))
        presences.feed = feed
        presences.own[outbox] = identity
        outbox.put(_frame(feed.key, presences.told, (), presences.told_count, everybody=True))
        self._change(feed.key)

    def leave(self, key: str, outbox: Outbox) -> None:
        presences = self._streams.get(key)
        if presences is not None and presences.own.pop(outbox, None) is not None:
            self._change(key)

    def forget(self, outbox: Outbox) -> None:
        self._away.discard(outbox)

    def set_away(self, outbox: Outbox, is_away: bool) -> None:
        if is_away == (outbox in self._away):
            return
        (self._away.add if is_away else self._away.discard)(outbox)
        for key, presences in self._streams.items():
            if outbox in presences.own:
                self._change(key)

    def read_soon(self, keys: Collection[str]) -> None:
        """Another process has written members of these streams."""
        if known := self._streams.keys() & set(keys):
            self._unread |= known
            self._work_soon()

    def beat(self) -> None:
        """Called again and again: from time to time this process says that it lives, and looks at all members."""
        if self._streams and time.monotonic() - self._beaten_at > BEAT_SECONDS:
            self._beaten_at = time.monotonic()
            self._unread |= self._streams.keys()
            self._work_soon()

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._beaten_at or self._streams:
            database.submit(members.remove_process, self._process)
        self._streams.clear()

    def _change(self, key: str) -> None:
        self._unwritten.add(key)
        self._work_soon()

    def _work_soon(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        while self._unwritten or self._unread:
            await asyncio.sleep(PAUSE_SECONDS)
            try:
                await self._write()
                await self._read()
            except Exception as error:
                # The next beat writes and reads everything again.
                self._beaten_at = 0.0
                logger.warning("Who is there could not be told: %r", error)
                return

    async def _write(self) -> None:
        changed, self._unwritten = self._unwritten, set()
        await database.run(members.write, self._process, {key: self._own_members(key) for key in changed})
        self._unread |= changed
        if changed:
            self.on_change(changed)

    async def _read(self) -> None:
        keys, self._unread = self._unread, set()
        for key, seen in (await database.run(members.read, keys)).items():
            if (presences := self._streams.get(key)) is not None:
                _tell(presences, seen)
                if not presences.own:
                    del self._streams[key]

    def _own_members(self, key: str) -> dict[str, Seen]:
        """Somebody with several pages is away when nobody looks at any of them."""
        found: dict[str, Seen] = {}
        presences = self._streams.get(key)
        for outbox, identity in presences.own.items() if presences is not None else ():
            if identity.key:
                before = found.get(identity.key)
                is_away = outbox in self._away and (before is None or before.away)
                found[identity.key] = Seen(identity.name, is_away)
        return found


def _tell(presences: Presences, seen: Mapping[str, Seen]) -> None:
    shown = dict(sorted(seen.items())[:MOST_SHOWN])
    came = {who: member for who, member in shown.items() if presences.told.get(who) != member}
    gone = sorted(presences.told.keys() - shown.keys())
    if came or gone or len(seen) != presences.told_count:
        presences.told, presences.told_count = shown, len(seen)
        text = _frame(presences.feed.key, came, gone, len(seen))
        presences.feed.tell(text, _is_here)


def _is_here(follower: Follower) -> bool:
    return follower.here


def _frame(key: str, here: Mapping[str, Seen], gone: Collection[str], count: int, *, everybody: bool = False) -> str:
    people = [{"who": who, "name": member.name, "away": member.away} for who, member in here.items()]
    return encode("presence", stream=key, here=people, gone=list(gone), count=count, all=everybody or None)
