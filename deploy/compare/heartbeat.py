"""Each process of Django's writes a row about itself every few seconds, from a thread of its own."""

from __future__ import annotations

import logging
import os
import random
import socket
import threading
import time
from datetime import UTC, datetime

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from config.served_by import server_name
from deploy.compare.facts import read_command, read_facts
from deploy.compare.models import RunningProcess

HEARTBEAT_SECONDS = 10
FIRST_BEAT_SECONDS = 1

logger = logging.getLogger(__name__)
_lock = threading.Lock()
_process_of_the_thread: int | None = None


def start() -> None:
    """Start the thread, once in a process; a forked child has none of its parent's threads and starts its own."""
    global _process_of_the_thread
    if not settings.PROCESS_NAME or _process_of_the_thread == os.getpid():
        return
    with _lock:
        if _process_of_the_thread != os.getpid():
            _process_of_the_thread = os.getpid()
            threading.Thread(target=_run, name="heartbeat", daemon=True).start()


def beat(started_at: datetime) -> RunningProcess:
    """Write this process's row, and clear those of processes that are gone."""
    row, _created = RunningProcess.objects.update_or_create(
        host=socket.gethostname(),
        pid=os.getpid(),
        defaults={
            "role": settings.PROCESS_NAME,
            "server": server_name(),
            "command": read_command(),
            "started_at": started_at,
            "seen_at": timezone.now(),
            "facts": read_facts(),
        },
    )
    RunningProcess.objects.gone().delete()
    return row


def _run() -> None:
    started_at = datetime.now(UTC)
    time.sleep(FIRST_BEAT_SECONDS)
    while True:
        try:
            beat(started_at)
        except Error:
            # The database is away or being migrated: not worth more than a word, the next beat will tell.
            logger.debug("no heartbeat this time", exc_info=True)
        finally:
            # A connection held for one write every ten seconds would only be one more on the server.
            connection.close()
        # Workers that were forked together do not write together.
        time.sleep(HEARTBEAT_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311
