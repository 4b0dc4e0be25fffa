"""Several sends into one stream share a transaction: one commit a message is what limits a room. Nobody waits for
company; what comes while one transaction is under way goes together in the next."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings

from chat.live import database, kinds
from chat.live.protocol import Frame, Refused

_Asked = tuple[str, Frame, "asyncio.Future[dict[str, Any]]"]
_commits: WeakKeyDictionary[asyncio.AbstractEventLoop, Commits] = WeakKeyDictionary()


async def perform(session_key: str, frame: Frame) -> dict[str, Any]:
    """Do a frame that belongs to a stream, alone or with others. Raises Refused, and what the database raises."""
    if not kinds.is_batched(frame.stream, frame.type):
        return await database.run(kinds.perform, session_key, frame)
    loop = asyncio.get_running_loop()
    if loop not in _commits:
        _commits[loop] = Commits()
    return await _commits[loop].perform(session_key, frame)


class Commits:
    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], deque[_Asked]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def perform(self, session_key: str, frame: Frame) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        key, answer = (frame.stream, frame.type), loop.create_future()
        if (line := self._lines.get(key)) is None:
            line = self._lines[key] = deque()
            task = loop.create_task(self._work(key, line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        line.append((session_key, frame, answer))
        done: dict[str, Any] = await answer
        return done

    async def _work(self, key: tuple[str, str], line: deque[_Asked]) -> None:
        try:
            while line:
                await _commit(key, [line.popleft() for _ in range(min(len(line), settings.LIVE_SENDS_A_COMMIT))])
        finally:
            del self._lines[key]
            for _session_key, _frame, answer in line:
                answer.cancel()


async def _commit(key: tuple[str, str], asked: list[_Asked]) -> None:
    # Whoever has gone meanwhile may have been kept or not, as when the socket breaks a moment later.
    asked = [each for each in asked if not each[2].done()]
    if not asked:
        return
    try:
        pairs = [(session_key, frame) for session_key, frame, _answer in asked]
        answers = await database.run(kinds.perform_batch, *key, pairs)
    except Exception as error:
        if len(asked) == 1 or database.is_away(error):
            _fail(asked, error)
            return
        # One of them is at fault, and the others shall not suffer for it.
        for each in asked:
            await _commit(key, [each])
    else:
        for (_session_key, _frame, future), answer in zip(asked, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, Refused):
                future.set_exception(answer)
            else:
                future.set_result(answer)


def _fail(asked: list[_Asked], error: Exception) -> None:
    for _session_key, _frame, answer in asked:
        if not answer.done():
            answer.set_exception(error)
