"""Numbers without gaps, whoever writes at the same time; and the proof that it is the lock which makes them so."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from chat.live import doorbell, publish
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


def told(*numbers: int) -> dict[str, list[tuple[str, dict[str, int], str]]]:
    return {f"room:{number}": [("note", {"n": number}, "user:1")] for number in numbers}


def test_many_streams_are_told_at_once_and_each_goes_on_from_its_own_number() -> None:
    publish.append("room:1", "note", {"n": 7})
    publish.append_to_each({"room:2": [("note", {"n": 1}, ""), ("note", {"n": 3}, "")], **told(1)})
    events = Event.objects.order_by("stream__key", "seq")
    assert [(event.stream.key, event.seq, event.data["n"]) for event in events.select_related("stream")] == [
        ("room:1", 1, 7),
        ("room:1", 2, 1),
        ("room:2", 1, 1),
        ("room:2", 2, 3),
    ]
    assert dict(Stream.objects.values_list("key", "last_seq")) == {"room:1": 2, "room:2": 2}


def test_as_few_questions_are_asked_for_many_streams_as_for_one() -> None:
    counts = []
    for count in (1, 60):
        with CaptureQueriesContext(connection) as queries:
            publish.append_to_each(told(*range(count)))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_each_stream_is_rung_for_once_and_a_great_many_are_left_to_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[tuple[str, int]] = []
    monkeypatch.setattr(doorbell, "ring", lambda key, seq: rung.append((key, seq)))
    publish.append_to_each(told(1, 2))
    assert rung == [("room:1", 1), ("room:2", 1)]
    rung.clear()
    publish.append_to_each(told(*range(publish.MAX_RINGS + 1)))
    assert rung == []


def tell_two_streams(order: int) -> list[Exception]:
    """One of the threads, each with its own order of the two streams, which nobody has made yet."""
    entries, wrong = told(1, 2) if order % 2 else told(2, 1), []
    for _ in range(SENDS):
        try:
            publish.append_to_each(entries)
        except Exception as error:
            wrong.append(error)
    connection.close()
    return wrong


def test_who_tells_the_same_streams_something_in_another_order_does_not_deadlock() -> None:
    assert run(tell_two_streams) == []
    assert list(Stream.objects.values_list("last_seq", flat=True)) == [THREADS * SENDS] * 2
