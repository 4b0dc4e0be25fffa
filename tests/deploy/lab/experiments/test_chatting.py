from __future__ import annotations

import time

import pytest

from deploy.lab.experiments import chatting
from deploy.lab.experiments.chatting import Talk


def test_latency_counts_from_when_a_message_was_due_and_to_each_listener() -> None:
    talk = Talk(listeners=2)
    talk.said["a"] = time.monotonic() - 0.2
    for listener in (0, 1):
        talk.hear(listener, "a")
    assert talk.expected == 2
    assert talk.latencies_ms == pytest.approx([200, 200], abs=50)


def test_what_comes_twice_counts_by_the_first_time() -> None:
    talk = Talk(listeners=1)
    talk.said["a"] = time.monotonic()
    talk.hear(0, "a")
    time.sleep(0.05)
    talk.hear(0, "a")
    assert len(talk.latencies_ms) == 1
    assert talk.latencies_ms[0] < 40


def test_what_nobody_here_said_does_not_count() -> None:
    talk = Talk(listeners=1)
    talk.hear(0, "from an earlier talk")
    assert talk.latencies_ms == []


def test_speakers_take_turns_at_fixed_times_though_one_is_slow() -> None:
    talk = Talk(listeners=1)
    began, heard = time.monotonic(), []

    def slow(text: str) -> None:
        heard.append(("slow", time.monotonic() - began))
        time.sleep(0.25)
        talk.hear(0, text)

    def quick(text: str) -> None:
        heard.append(("quick", time.monotonic() - began))
        talk.hear(0, text)

    chatting.talk(talk, [slow, quick], seconds=0.4, every_seconds=0.1)
    assert [who for who, _ in heard] == ["slow", "quick", "slow", "quick"]
    assert [at for _, at in heard] == pytest.approx([0, 0.1, 0.2, 0.3], abs=0.06)
    assert len(talk.latencies_ms) == 4


def test_a_message_that_never_comes_is_waited_for_and_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chatting, "GRACE_SECONDS", 0.1)
    talk = Talk(listeners=3)
    chatting.talk(talk, [lambda text: talk.hear(1, text)], seconds=0.1, every_seconds=0.1)
    assert (talk.expected, len(talk.latencies_ms)) == (3, 1)
