"""The live socket's own few threads and database connections.

Channels' ``database_sync_to_async`` shares ONE thread a process: a slow query there freezes every socket. These
threads are several, keep their connections, and look at them before use, because Django would close (and PostgreSQL
then open) one around every call.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

THREADS = 6
# A connection that has rested for longer is asked whether it still lives.
UNCHECKED_SECONDS = 2.0

P = ParamSpec("P")
R = TypeVar("R")

_lock = threading.Lock()
_executor: ThreadPoolExecutor | None = None
_opened: list[BaseDatabaseWrapper] = []
_thread = threading.local()


async def run(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call ``function`` in one of the threads; the loop goes on meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(_pool(), partial(_call, function, *args, **kwargs))


def submit(function: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """The same for what nobody waits for."""
    _pool().submit(partial(_call, function, *args, **kwargs)).add_done_callback(_complain)


def is_away(error: Exception) -> bool:
    """Whether the database is, so that the same may do later. What it cannot take it will not take then, either."""
    return isinstance(error, DatabaseError | InterfaceError) and not isinstance(error, DataError | IntegrityError)


def close() -> None:
    """End the threads and their connections; the next ``run`` begins anew."""
    global _executor
    with _lock:
        executor, _executor = _executor, None
        opened, _opened[:] = list(_opened), []
    if executor is not None:
        executor.shutdown(wait=True, cancel_futures=True)
    for connection in opened:
        connection.close()


def _pool() -> ThreadPoolExecutor:
    global _executor
    with _lock:
        if _executor is None:
            _executor = ThreadPoolExecutor(THREADS, thread_name_prefix="live-database")
        return _executor


def _complain(done: Future[None]) -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        logger.warning("Nobody waited for it, and it failed: %r", error)


def _call(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    connection = connections["default"]
    _adopt(connection)
    if connection.connection is not None and time.monotonic() - _thread.used_at > UNCHECKED_SECONDS:
        _close_if_dead(connection)
    try:
        return function(*args, **kwargs)
    except (DatabaseError, InterfaceError):
        _close_if_dead(connection)
        raise
    finally:
        _thread.used_at = time.monotonic()


def _adopt(connection: BaseDatabaseWrapper) -> None:
    """Remember a new thread's connection, so that ``close`` may close it from another thread."""
    if getattr(_thread, "connection", None) is not connection:
        _thread.connection = connection
        _thread.used_at = 0.0
        connection.inc_thread_sharing()
        with _lock:
            _opened.append(connection)


def _close_if_dead(connection: BaseDatabaseWrapper) -> None:
    if connection.connection is not None and (connection.in_atomic_block or not connection.is_usable()):
        connection.close()
    connection.errors_occurred = False
