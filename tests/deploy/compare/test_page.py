"""/compare/ says what runs, what stands around it, and how the ways of running differ."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from deploy.compare.models import RunningProcess

pytestmark = pytest.mark.django_db


def add_process(**fields: Any) -> RunningProcess:
    now = timezone.now()
    facts = {
        "threads": 3,
        "memory_kib": 2048,
        "open_files": 11,
        "cpu_seconds": 1.5,
        "python": "3.13.1",
        "django": "5.2",
    }
    described = {"role": "wsgi", "server": "Gunicorn", "command": "gunicorn config.wsgi", "started_at": now}
    return RunningProcess.objects.create(**{"host": "shop", "seen_at": now, "facts": facts, **described, **fields})


def page(client: Client) -> str:
    answer = client.get("/compare/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_running_process_is_shown_with_what_it_costs(client: Client) -> None:
    add_process(pid=41)
    shown = page(client)
    assert "shop:41" in shown
    assert "2.0\xa0MB" in shown
    assert "gunicorn config.wsgi" in shown


def test_a_process_that_has_been_silent_for_half_a_minute_is_gone(client: Client) -> None:
    add_process(pid=42, seen_at=timezone.now() - timedelta(seconds=31))
    shown = page(client)
    assert "shop:42" not in shown
    assert "No process has told of itself" in shown


def test_a_process_where_proc_tells_nothing_is_shown_with_dashes(client: Client) -> None:
    add_process(pid=43, facts={"threads": 1, "memory_kib": None, "open_files": None, "cpu_seconds": 0.1})
    assert "shop:43" in page(client)


def test_without_redis_the_page_says_that_the_sweep_carries(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = ""
    assert "the sweep carries events" in page(client)


def test_an_unreachable_redis_is_said_and_is_no_error(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert "unreachable" in page(client)


def test_many_processes_cost_no_more_queries_than_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for pid in range(30):
        add_process(pid=pid, role="asgi" if pid % 2 else "wsgi")
    with django_assert_max_num_queries(3):
        page(client)


def test_the_page_is_read_only(client: Client) -> None:
    assert client.post("/compare/").status_code == 405
