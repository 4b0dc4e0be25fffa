"""On a server that cannot wait, a poll is answered at once, and the same frames come."""

from __future__ import annotations

import json
import time

import pytest
from django.test import Client

from chat.live import publish
from tests.chat.live.notes import Notes

pytestmark = pytest.mark.django_db(transaction=True)

SUBS = {"subs": json.dumps([{"stream": "note:a", "seq": 0}])}


def test_a_poll_does_not_wait(notes: Notes, client: Client) -> None:
    began = time.monotonic()
    [head] = client.get("/chat/live/poll", SUBS | {"wait": 25}).json()["frames"]
    assert (head["t"], head["seq"]) == ("head", 0)
    publish.append("note:a", "note", {"n": 1})
    news, head = client.get("/chat/live/poll", SUBS | {"wait": 25}).json()["frames"]
    assert ([event["data"] for event in news["events"]], head["seq"]) == ([{"n": 1}], 1)
    assert time.monotonic() - began < 5


def test_a_stream_of_events_is_not_to_be_had(notes: Notes, client: Client) -> None:
    answer = client.get("/chat/live/events", SUBS)
    assert (answer.status_code, answer.json()["code"]) == (501, "no_waiting")
