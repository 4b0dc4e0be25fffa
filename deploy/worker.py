"""The worker: that of django-tasks, under a name, so that what a killed one left half done is done after all.

Run as ``python -m deploy.worker [NAME]``. Two workers at a time need two names: each begins by giving back the tasks
that are marked as running under its own. A task may therefore run twice, and every task here bears that: a mail comes
again rather than never, a call-back counts once.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from django_tasks_db.models import DBTaskResult

DEFAULT_NAME = "worker"
INTERVAL_SECONDS = 0.5
# A task that ended its worker so often is not tried again: it may be what ends them.
MOST_ATTEMPTS = 5
# Finished tasks hold the texts of mails.
KEPT_DAYS = 14


def main(name: str = DEFAULT_NAME) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    from deploy.compare import heartbeat

    heartbeat.start()
    give_back(name)
    call_command("prune_db_task_results", min_age_days=KEPT_DAYS, verbosity=0)
    call_command("clearsessions")
    call_command("db_worker", worker_id=name, interval=INTERVAL_SECONDS, startup_delay=False)


def give_back(name: str) -> int:
    """Make what a worker of this name was doing ready again; how many tasks that were."""
    from django_tasks.base import TaskResultStatus

    given_back = 0
    for task in _running_under(name):
        if len(task.worker_ids) >= MOST_ATTEMPTS:
            task.set_failed(RuntimeError(f"its worker ended {MOST_ATTEMPTS} times while it ran"))
            continue
        task.status = TaskResultStatus.READY
        task.save(update_fields=["status"])
        given_back += 1
    return given_back


def _running_under(name: str) -> list[DBTaskResult[Any, Any]]:
    from django_tasks_db.models import DBTaskResult

    return [task for task in DBTaskResult.objects.running() if task.worker_ids[-1:] == [name]]


if __name__ == "__main__":
    main(*sys.argv[1:2])
