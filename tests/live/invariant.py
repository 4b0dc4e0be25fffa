"""What must be true after whatever happened: every send that was confirmed is in the database exactly once, and every
client that came back shows exactly the room's log. The database is read past the application."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.live.talking import Talker

EVENTS = """
    SELECT seq, kind, author, client_id, data FROM live_event
    JOIN live_stream ON live_stream.id = live_event.stream_id WHERE live_stream.key = %s ORDER BY seq
"""
HEAD = "SELECT last_seq FROM live_stream WHERE key = %s"
MESSAGES = """
    SELECT seq, text, edited_at IS NOT NULL, deleted_at IS NOT NULL FROM rooms_message WHERE room_id = %s
"""


@dataclass(frozen=True)
class Kept:
    """A room as the database has it. ``messages`` by number: (text, edited, deleted)."""

    head: int
    events: list[dict[str, Any]]
    messages: Mapping[int, tuple[str, bool, bool]]

    @property
    def texts(self) -> list[str]:
        return [event["data"]["text"] for event in self.events if event["kind"] == "message"]


def read_room(database_url: str, stream: str = "room:1") -> Kept:
    with _reading(database_url) as read:
        events = [
            {"seq": seq, "kind": kind, "author": author, "cid": cid, "data": _json(data)}
            for seq, kind, author, cid, data in read(EVENTS, stream)
        ]
        head = next((seq for (seq,) in read(HEAD, stream)), 0)
        rows = read(MESSAGES, int(stream.partition(":")[2]))
        messages = {seq: ("" if deleted else text, bool(edited), bool(deleted)) for seq, text, edited, deleted in rows}
    return Kept(head, events, messages)


async def check(database_url: str, talkers: Collection[Talker], *, stream: str = "room:1", seconds: float = 20) -> Kept:
    """Wait until all have caught up, then hold each of them against the database. Gives what the database has."""
    await wait_until_calm(database_url, talkers, stream=stream, seconds=seconds)
    kept = await asyncio.to_thread(read_room, database_url, stream)
    check_room(kept)
    for talker in talkers:
        check_sends(talker, kept)
        check_page(talker, kept)
    return kept


async def wait_until_calm(
    database_url: str, talkers: Collection[Talker], *, stream: str = "room:1", seconds: float = 20
) -> None:
    """Until nobody waits for a confirmation, and everybody is where the stream is."""
    deadline = time.monotonic() + seconds
    while True:
        late = [talker for talker in talkers if not talker.is_idle]
        if not late:
            head = (await asyncio.to_thread(read_room, database_url, stream)).head
            late = [talker for talker in talkers if talker.place.seq != head]
        if not late:
            return
        assert time.monotonic() < deadline, f"{len(late)} did not catch up: {describe(late[0])}"
        await asyncio.sleep(0.05)


def check_room(kept: Kept) -> None:
    """The log by itself: numbered without a gap, no send in it twice, and its messages are the room's."""
    assert [event["seq"] for event in kept.events] == list(range(1, kept.head + 1))
    sends = Counter((event["author"], event["cid"]) for event in kept.events if event["cid"])
    assert [send for send, count in sends.items() if count > 1] == []
    made = {event["seq"]: event["data"] for event in kept.events if event["kind"] == "message"}
    assert made.keys() == kept.messages.keys()
    for seq, (text, edited, deleted) in kept.messages.items():
        assert deleted or edited or made[seq]["text"] == text, seq


def check_sends(talker: Talker, kept: Kept) -> None:
    """Whatever was confirmed is there once, under the number that was told, with the words that were said."""
    by_cid = {event["cid"]: event for event in kept.events if event["author"] == talker.who and event["cid"]}
    for cid, seq in talker.kept.items():
        assert cid in by_cid, f"{talker.said[cid]} was confirmed as {seq} and is not there"
        event, said = by_cid[cid], talker.said[cid]
        assert event["seq"] == seq
        if "data" in said and not event["data"].get("deleted"):
            assert event["data"]["text"] == said["data"]["text"]
    assert not set(talker.refused) & by_cid.keys(), "what was refused is there"


def check_page(talker: Talker, kept: Kept) -> None:
    """What is shown is the log, each event once and in order, and the messages are what it makes of them."""
    began = talker.began or 0
    assert [event["seq"] for event in talker.log] == list(range(began + 1, kept.head + 1)), describe(talker)
    for shown, event in zip(talker.log, kept.events[began:], strict=True):
        assert {name: shown[name] for name in ("kind", "author", "cid")} == {
            name: event[name] for name in ("kind", "author", "cid")
        }
        # What was deleted after it was shown is gone from the database.
        assert event["data"].get("deleted") or shown["data"] == event["data"]
    known = {seq: (message["text"], message["edited"], message["deleted"]) for seq, message in talker.messages.items()}
    wanted = {seq: row for seq, row in kept.messages.items() if talker.is_whole or seq > began}
    assert known == wanted


def describe(talker: Talker) -> str:
    waiting = list(talker._waiting.values())[:2]
    return (
        f"{talker.who or 'a reader'} at {talker.place}, began after {talker.began}, {len(talker.log)} shown, "
        f"{talker.connections} connections closed with {talker.closes[-5:]}, waiting {waiting}, "
        f"errors {talker.errors[-3:]}, heard {talker.heard}"
    )


@contextlib.contextmanager
def _reading(database_url: str) -> Iterator[Any]:
    """A function that gives the rows of a query, all of one moment."""
    if database_url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=20)) as lite:
            lite.isolation_level = None
            lite.execute("BEGIN")
            yield lambda query, *words: lite.execute(query.replace("%s", "?"), words).fetchall()
    else:
        with psycopg.connect(database_url, connect_timeout=5) as postgres:
            postgres.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield lambda query, *words: postgres.execute(query, words).fetchall()


def _json(data: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(data) if isinstance(data, str) else data
    return parsed
