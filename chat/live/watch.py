"""The sockets of this process and whose they are; closes those that have lost their right to be open."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Collection, Coroutine, Iterable, Mapping, Sequence
from typing import Any, Protocol

from chat.live import database, kinds
from chat.live.identity import Identity, identify, is_barred
from chat.live.outbox import Outbox
from chat.live.protocol import CLOSE_SOMEBODY_ELSE, Refused
from chat.live.reading import ReadEvent
from chat.live.revoking import fingerprint
from chat.live.visitors import load_visitors

logger = logging.getLogger(__name__)

# What nobody told us (a session that ran out, a row that was changed by hand) is found this late.
LOOK_SECONDS = 30.0
# So many at a time, so that they hold up nothing else.
CHUNK = 200


class Watched(Protocol):
    """A socket, as far as this module needs it; ``streams`` are those it follows, with the tickets that opened them."""

    @property
    def outbox(self) -> Outbox: ...
    @property
    def session_key(self) -> str: ...
    @property
    def identity(self) -> Identity: ...
    @property
    def streams(self) -> Mapping[str, str]: ...
    def lose(self, stream: str) -> None: ...


class Watch:
    def __init__(self) -> None:
        self._connections: set[Watched] = set()
        self._looked_at = time.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_empty(self) -> bool:
        return not self._connections

    def add(self, connection: Watched) -> None:
        self._connections.add(connection)

    def remove(self, connection: Watched) -> None:
        self._connections.discard(connection)

    def heard(self, events: Sequence[ReadEvent]) -> None:
        """What came on the stream of revocations."""
        for event in events:
            data = json.loads(event.text)["data"]
            who, session = set(data.get("who", ())), data.get("session", "")
            self._look_soon(
                connection
                for connection in self._connections
                if connection.identity.key in who or (session and fingerprint(connection.session_key) == session)
            )
            if stream := data.get("stream", ""):
                self._start(self._look_at_stream(stream))

    def begin(self) -> None:
        """What was revoked before this process could hear of it."""
        self.look_at_all()
        for stream in {stream for connection in self._connections for stream in connection.streams}:
            self._start(self._look_at_stream(stream))

    def beat(self) -> None:
        if time.monotonic() - self._looked_at > LOOK_SECONDS:
            self.look_at_all()

    def look_at_all(self) -> None:
        self._looked_at = time.monotonic()
        # Who is nobody has nothing to lose.
        self._look_soon(connection for connection in self._connections if connection.identity.key)

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    def _look_soon(self, connections: Iterable[Watched]) -> None:
        if concerned := list(connections):
            self._start(self._look_at(concerned))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(self._survive(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _survive(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            # All are looked at anew before long.
            self._looked_at = 0.0
            logger.warning("Could not look at the sockets anew: %r", error)

    async def _look_at(self, connections: Sequence[Watched]) -> None:
        for start in range(0, len(connections), CHUNK):
            chunk = connections[start : start + CHUNK]
            now = await database.run(_identities, {connection.session_key for connection in chunk})
            for connection in chunk:
                identity, barred = now[connection.session_key]
                if barred or identity.key != connection.identity.key:
                    connection.outbox.close(CLOSE_SOMEBODY_ELSE)

    async def _look_at_stream(self, stream: str) -> None:
        for connection in [each for each in self._connections if stream in each.streams]:
            ticket = connection.streams.get(stream, "")
            if not await database.run(_may_follow, connection.session_key, stream, ticket):
                connection.lose(stream)


def _identities(session_keys: Collection[str]) -> dict[str, tuple[Identity, bool]]:
    visitors = load_visitors(session_keys)
    return {key: (identify(visitor), is_barred(visitor)) for key, visitor in visitors.items()}


def _may_follow(session_key: str, stream: str, ticket: str) -> bool:
    try:
        kinds.authorise(session_key, stream, ticket)
    except Refused:
        return False
    return True
