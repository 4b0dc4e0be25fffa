"""How tests run things at once: real threads that start together, each with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections


@pytest.fixture(autouse=True)
def postgres_under_test(request: pytest.FixtureRequest) -> None:
    """A test marked ``postgres`` needs it as the database under test."""
    if request.node.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL as the database under test: set DATABASE_URL")


def all_at_once(tasks: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each task gave, or the exception that it raised."""
    start = threading.Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        start.wait(timeout=20)
        try:
            return task()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))
