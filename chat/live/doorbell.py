"""The channel layer, which is a doorbell and no more: what it loses, the sweep finds.

No other file names the channel layer. A hub in this process is told directly; the other processes through the layer,
where it reaches them at all. Beside rings it carries notes (somebody types), which may be lost for good.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from chat.live.reading import ReadEvent

logger = logging.getLogger(__name__)

GROUP = "doorbell"
# A request waits no longer than this for a ring, and after one that failed waits for none for a while.
RING_SECONDS = 0.5
SILENT_SECONDS = 5.0
RETRY_SECONDS = (0.2, 10.0)

# More notes than these do not wait for their turn.
MOST_NOTES = 200

# Called with a stream, its newest number, and where this process has just written them the events up to it.
Heard = Callable[..., None]
Note = dict[str, Any]
Noted = Callable[[Note], None]
_hubs: dict[asyncio.AbstractEventLoop, Heard] = {}
_bells: dict[asyncio.AbstractEventLoop, _Bell] = {}


def ring(stream_key: str, seq: int, events: Sequence[ReadEvent] = ()) -> None:
    """Tell every process that ``stream_key`` now ends at ``seq``. Never raises, never takes long.

    ``events`` are those that were written, in order: this process's own hub need not read them.
    """
    try:
        _ring_here(stream_key, seq, events)
        if _crosses_processes():
            _ring_elsewhere(stream_key, seq)
    except Exception:
        logger.exception("The doorbell did not ring; the sweep will find what it had to tell.")


def pass_on(note: Note) -> None:
    """Tell the other processes something that nobody keeps, from a running loop. It may be lost."""
    if _crosses_processes():
        _bell_of(asyncio.get_running_loop()).note_soon(note)


def register(heard: Heard) -> None:
    """From now on ``heard`` is called, in the running loop, for every ring."""
    _hubs[asyncio.get_running_loop()] = heard


def unregister(heard: Heard) -> None:
    loop = asyncio.get_running_loop()
    if _hubs.get(loop) == heard:
        del _hubs[loop]
    _bells.pop(loop, None)


async def listen(heard: Heard, noted: Noted) -> None:
    """Hear the rings and notes of other processes until cancelled, whatever happens to Redis meanwhile."""
    if not _crosses_processes():
        return
    pause = RETRY_SECONDS[0]
    while not _is_cancelled():
        try:
            layer = get_channel_layer()
            channel = await layer.new_channel()
            try:
                await layer.group_add(GROUP, channel)
                pause = RETRY_SECONDS[0]
                while not _is_cancelled():
                    _take(await layer.receive(channel), heard, noted)
            finally:
                # The group would fill a queue for every name that is left in it.
                await layer.group_discard(GROUP, channel)
        except Exception as error:
            logger.warning("The doorbell is deaf, the sweep carries: %r", error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, RETRY_SECONDS[1])


def _take(message: dict[str, Any], heard: Heard, noted: Noted) -> None:
    for stream_key, seq in message["heads"].items():
        heard(stream_key, seq)
    # What this process has noted itself comes back to it, too.
    if message.get("by") != _own_name():
        for note in message.get("notes", ()):
            noted(note)


def _is_cancelled() -> bool:
    """Whether the running task has been told to end: what a library failed with on the way out may have hidden that."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _crosses_processes() -> bool:
    layer = get_channel_layer()
    return layer is not None and not isinstance(layer, InMemoryChannelLayer)


def has_hub_here() -> bool:
    """Whether this process has sockets, and anybody to hear of an event at once."""
    return bool(_hubs)


def _ring_here(stream_key: str, seq: int, events: Sequence[ReadEvent]) -> None:
    for loop, heard in list(_hubs.items()):
        if not loop.is_closed():
            loop.call_soon_threadsafe(heard, stream_key, seq, events)


def _ring_elsewhere(stream_key: str, seq: int) -> None:
    for loop in list(_hubs):
        if not loop.is_closed():
            loop.call_soon_threadsafe(_bell_of(loop).ring_soon, stream_key, seq)
            return
    _striker.ring(stream_key, seq)


def _bell_of(loop: asyncio.AbstractEventLoop) -> _Bell:
    return _bells.setdefault(loop, _Bell())


def _own_name() -> str:
    """This process, and not its parent, which a fork copies."""
    return f"{_birth}.{os.getpid()}"


async def _send(heads: dict[str, int], notes: list[Note] | None = None) -> None:
    message: dict[str, Any] = {"type": "ring", "heads": heads}
    if notes:
        message |= {"notes": notes, "by": _own_name()}
    await asyncio.wait_for(get_channel_layer().group_send(GROUP, message), RING_SECONDS)


class _Bell:
    """Rings from a loop that runs: what comes while a ring is under way goes with the next one."""

    def __init__(self) -> None:
        self._heads: dict[str, int] = {}
        self._notes: list[Note] = []
        self._task: asyncio.Task[None] | None = None

    def ring_soon(self, stream_key: str, seq: int) -> None:
        self._heads[stream_key] = max(seq, self._heads.get(stream_key, 0))
        self._send_soon()

    def note_soon(self, note: Note) -> None:
        if len(self._notes) < MOST_NOTES:
            self._notes.append(note)
            self._send_soon()

    def _send_soon(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._ring())

    async def _ring(self) -> None:
        while self._heads or self._notes:
            heads, self._heads = self._heads, {}
            notes, self._notes = self._notes, []
            try:
                await _send(heads, notes)
            except Exception as error:
                logger.warning("A ring was lost, the sweep carries: %r", error)


class _Striker:
    """Rings for a process without a running loop (Gunicorn's workers, commands): one thread keeps one loop and one
    connection, where ``async_to_sync`` would open both anew for every ring."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._process = 0
        self._silent_until = 0.0

    def ring(self, stream_key: str, seq: int) -> None:
        if time.monotonic() < self._silent_until:
            return
        try:
            asyncio.run_coroutine_threadsafe(_send({stream_key: seq}), self._running_loop()).result(RING_SECONDS)
        except Exception as error:
            self._silent_until = time.monotonic() + SILENT_SECONDS
            logger.warning("A ring was lost, the sweep carries: %r", error)

    def stop(self) -> None:
        """End the thread and its connection."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None and self._thread is not None and self._process == os.getpid():
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join()
            loop.close()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            # After a fork the parent's thread is not here.
            if self._loop is None or self._process != os.getpid():
                self._loop, self._process = asyncio.new_event_loop(), os.getpid()
                self._thread = threading.Thread(target=self._loop.run_forever, name="doorbell", daemon=True)
                self._thread.start()
            return self._loop


_striker = _Striker()
_birth = uuid.uuid4().hex
