"""The doorbell may fail; whoever rings it may not."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from channels.layers import channel_layers
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.db import transaction

from chat.live import doorbell, publish
from tests.servers import redis_server, skipped_when_missing


def ignore(*_: object) -> None:
    pass


@pytest.fixture
def hanging_redis(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Redis that takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        layer = RedisPubSubChannelLayer(hosts=[f"redis://127.0.0.1:{server.getsockname()[1]}/0"])
        monkeypatch.setitem(channel_layers.backends, "default", layer)
        monkeypatch.setattr(doorbell, "_striker", doorbell._Striker())
        yield
        doorbell._striker.stop()


@pytest.mark.usefixtures("hanging_redis")
def test_a_redis_that_hangs_holds_a_request_half_a_second_and_the_next_not_at_all() -> None:
    began = time.monotonic()
    doorbell.ring("room:1", 1)
    first = time.monotonic() - began
    for seq in range(100):
        doorbell.ring("room:1", seq)
    assert first < 0.8
    assert time.monotonic() - began - first < 0.1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hanging_redis")
def test_an_event_is_kept_though_nobody_can_be_told() -> None:
    assert publish.append("order:1", "order.state", {}).seq == 1


@pytest.mark.redis
@pytest.mark.asyncio
async def test_who_listens_no_more_leaves_no_name_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each visit to a quiet site starts and ends a hub."""
    with skipped_when_missing(), redis_server() as server:
        layer = RedisPubSubChannelLayer(hosts=[server.url])
        monkeypatch.setitem(channel_layers.backends, "default", layer)
        for _ in range(3):
            rung = asyncio.Event()
            listening = asyncio.create_task(doorbell.listen(lambda *_, rung=rung: rung.set(), ignore))
            async with asyncio.timeout(10):
                while not rung.is_set():
                    await doorbell._send({"room:1": 1})
                    await asyncio.sleep(0.05)
            listening.cancel()
            await asyncio.wait([listening])
        assert (layer.groups, layer.channels) == ({}, {})
        await layer.flush()


class Layer:
    """A channel layer in which nobody rings, and whose Redis fails as it is told to."""

    def __init__(self, *, adding: bool = False, discarding: bool = False) -> None:
        self._adding, self._discarding = adding, discarding

    async def new_channel(self) -> str:
        return "specific"

    async def group_add(self, group: str, channel: str) -> None:
        if self._adding:
            # As libraries do whose time-out and whose cancellation come at the same moment.
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    async def group_discard(self, group: str, channel: str) -> None:
        if self._discarding:
            raise ConnectionError("Redis is gone")

    async def receive(self, channel: str) -> None:
        await asyncio.Event().wait()


@pytest.mark.asyncio
@pytest.mark.parametrize("layer", [Layer(), Layer(adding=True), Layer(discarding=True)])
async def test_who_is_told_to_listen_no_more_ends_whatever_redis_does(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "get_channel_layer", lambda: layer)
    listening = asyncio.create_task(doorbell.listen(ignore, ignore))
    await asyncio.sleep(0.01)
    listening.cancel()
    ended, _ = await asyncio.wait([listening], timeout=2)
    listening.cancel()
    assert ended


@pytest.mark.usefixtures("hanging_redis")
def test_a_lost_ring_says_why(caplog: pytest.LogCaptureFixture) -> None:
    doorbell.ring("room:1", 1)
    assert "TimeoutError" in caplog.text


def test_a_layer_that_cannot_be_made_is_no_reason_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode() -> None:
        raise RuntimeError

    monkeypatch.setattr(doorbell, "get_channel_layer", explode)
    doorbell.ring("room:1", 1)


@pytest.mark.django_db(transaction=True)
def test_it_rings_after_the_commit_and_not_after_a_rollback(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[tuple[Any, ...]] = []
    monkeypatch.setattr(doorbell, "ring", lambda *ring: rung.append(ring))
    with transaction.atomic():
        publish.append("room:1", "note", {})
        assert rung == []
    with transaction.atomic():
        publish.append("room:1", "note", {})
        transaction.set_rollback(True)
    assert [(key, seq) for key, seq, *_ in rung] == [("room:1", 1)]
