"""Numbers without gaps, whoever writes at the same time; and the proof that it is the lock which makes them so."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from chat.live import publish
from chat.live.models import Event, Stream

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8
SENDS = 40


class GaveUp(Exception):
    pass


def write(seed: int) -> list[Exception]:
    """Append as a busy process does: some roll back, some send twice. Gives what went wrong beyond that."""
    dice, wrong = random.Random(seed), []
    for number in range(SENDS):
        client_id = f"{seed}-{number}"
        for _ in range(2 if dice.random() < 0.1 else 1):
            try:
                with transaction.atomic():
                    publish.append("room:1", "note", {}, author=f"user:{seed}", client_id=client_id)
                    if dice.random() < 0.05:
                        raise GaveUp
            except GaveUp:
                pass
            except Exception as error:
                wrong.append(error)
    connection.close()
    return wrong


def run(work: Callable[[int], list[Exception]]) -> list[Exception]:
    with ThreadPoolExecutor(THREADS) as pool:
        return [error for errors in pool.map(work, range(THREADS)) for error in errors]


def test_numbers_have_no_gap_and_nobody_reads_one_before_its_predecessor() -> None:
    seen: list[bool] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            seqs = list(Event.objects.order_by("seq").values_list("seq", flat=True))
            seen.append(seqs == list(range(1, len(seqs) + 1)))
        connection.close()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        assert run(write) == []
    finally:
        done.set()
        watcher.join()
    seqs = list(Event.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, Stream.objects.get(key="room:1").last_seq + 1))
    assert len(seqs) > THREADS * SENDS * 0.8
    assert seen
    assert all(seen)


@pytest.mark.postgres
def test_without_the_lock_it_would_go_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("not run: needs PostgreSQL (SQLite has one lock for everything)")
    Stream.objects.create(key="room:1")
    monkeypatch.setattr(publish, "_locked", lambda key: Stream.objects.get(key=key))
    assert run(write), "the lock was off and nothing went wrong: this test proves nothing"


def test_a_client_id_belongs_to_its_author() -> None:
    first = publish.append("room:1", "note", {"n": 1}, author="user:1", client_id="c")
    again = publish.append("room:1", "note", {"n": 2}, author="user:1", client_id="c")
    other = publish.append("room:1", "note", {"n": 3}, author="user:2", client_id="c")
    assert (first.pk, again.data, other.seq) == (again.pk, {"n": 1}, 2)


def test_whether_a_send_is_known_is_asked_of_the_index(django_assert_num_queries: Any) -> None:
    """A room's stream is long, and this is asked for every message."""
    for number in range(50):
        publish.append("room:1", "note", {"n": number}, author=f"user:{number % 5}", client_id=str(number))
    sends = [("user:1", "1"), ("user:2", "1"), ("user:2", "2"), ("user:3", ""), ("user:1'", "%s")]
    with publish.appending("room:1") as stream, django_assert_num_queries(1):
        known = stream.known(sends)
    assert {send: event.data for send, event in known.items()} == {("user:1", "1"): {"n": 1}, ("user:2", "2"): {"n": 2}}
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + publish.KNOWN.replace("ROWS", "(%s, %s)"), ["user:1", "1", 1])
            assert "event_sent_once" in str(cursor.fetchall())
