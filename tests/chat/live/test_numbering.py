"""Numbers without gaps, whoever writes at the same time; and the proof that it is the lock which makes them so."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from chat.live import doorbell, publish
from chat.live.models import Event, Stream
from chat.live.publish import Told

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


def told(count: int) -> list[Told]:
    return [Told(f"room:{number}", "note", {"n": number}) for number in range(count)]


def rows() -> list[tuple[str, int, dict[str, int]]]:
    events = Event.objects.order_by("stream__key", "seq").values_list("stream__key", "seq", "data")
    return [(key, seq, data) for key, seq, data in events]


def test_many_streams_are_told_at_once_and_each_goes_on_from_its_own_number() -> None:
    publish.append("room:1", "note", {"n": 7})
    for_two = (("room:2", {"n": 1}), ("room:1", {"n": 2}), ("room:2", {"n": 3}))
    publish.append_all(Told(key, "note", data) for key, data in for_two)
    assert rows() == [
        ("room:1", 1, {"n": 7}),
        ("room:1", 2, {"n": 2}),
        ("room:2", 1, {"n": 1}),
        ("room:2", 2, {"n": 3}),
    ]
    assert dict(Stream.objects.values_list("key", "last_seq")) == {"room:1": 2, "room:2": 2}


def test_as_few_questions_are_asked_for_many_streams_as_for_one() -> None:
    counts = []
    for count in (1, 60):
        publish.append_all(told(count))
        with CaptureQueriesContext(connection) as queries:
            publish.append_all(told(count))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_each_stream_is_rung_for_once_and_a_great_many_are_left_to_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[tuple[str, int]] = []
    monkeypatch.setattr(doorbell, "ring", lambda key, seq, *_: rung.append((key, seq)))
    publish.append_all(told(2) + told(2))
    assert rung == [("room:0", 2), ("room:1", 2)]
    rung.clear()
    publish.append_all(told(publish.MAX_RINGS + 1))
    assert rung == []


def tell_two_streams(order: int) -> list[Exception]:
    """One of the eight threads, each with its own order of the two streams."""
    entries = told(2)[:: 1 if order % 2 else -1]
    wrong: list[Exception] = []
    for _ in range(SENDS):
        try:
            publish.append_all(entries)
        except Exception as error:
            wrong.append(error)
    connection.close()
    return wrong


def test_who_tells_the_same_streams_something_in_another_order_does_not_deadlock() -> None:
    assert run(tell_two_streams) == []
    assert list(Stream.objects.values_list("last_seq", flat=True)) == [THREADS * SENDS] * 2


@pytest.mark.postgres
def test_locked_in_any_order_they_would(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("not run: needs PostgreSQL (SQLite has one lock for everything)")
    turns = itertools.count()
    both_hold_one = threading.Barrier(2)

    def locked_in_turn(keys: Collection[str]) -> list[Stream]:
        first, second = sorted(keys, reverse=next(turns) % 2 == 1)
        one = publish._locked(first)
        both_hold_one.wait(timeout=20)
        return [one, publish._locked(second)]

    publish.append_all(told(2))
    monkeypatch.setattr(publish, "_locked_all", locked_in_turn)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(tell_once, range(2)))
    assert "deadlock detected" in " ".join(results)


def tell_once(_turn: int) -> str:
    """What went wrong."""
    try:
        publish.append_all(told(2))
    except Exception as error:
        return str(error)
    finally:
        connection.close()
    return ""
