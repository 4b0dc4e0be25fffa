"""A worker that is killed in the middle of a task loses it for nobody."""

import pytest
from django.core import mail
from django.core.management import call_command
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from deploy.worker import MOST_ATTEMPTS, give_back
from shop.mail import queue_mail

pytestmark = pytest.mark.django_db(transaction=True)


def left_running(*names: str) -> None:
    """A mail that workers of these names began to send, one after the other, and the last one was killed."""
    queue_mail(to="alice@example.com", subject="Your order", text="Thank you.")
    task = DBTaskResult.objects.get()
    for name in names:
        task.claim(name)


def work() -> None:
    call_command("db_worker", "--batch", "--no-startup-delay", verbosity=0)


def test_a_mail_whose_worker_was_killed_is_sent_by_the_next() -> None:
    left_running("worker")
    work()
    assert mail.outbox == []
    assert give_back("worker") == 1
    work()
    assert [message.subject for message in mail.outbox] == ["Your order"]


def test_what_another_worker_is_doing_is_left_to_it() -> None:
    left_running("worker", "worker-2")
    assert give_back("worker") == 0
    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING


def test_a_task_that_ends_its_workers_is_given_up() -> None:
    left_running(*["worker"] * MOST_ATTEMPTS)
    assert give_back("worker") == 0
    task = DBTaskResult.objects.get()
    assert task.status == TaskResultStatus.FAILED
    assert "its worker ended" in task.traceback
