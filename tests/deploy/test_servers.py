"""The throwaway servers that other tests stand on."""

import contextlib
import os
import socket

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests import servers


@pytest.mark.postgres
@pytest.mark.live
def test_a_throwaway_postgres_answers_and_is_gone_afterwards() -> None:
    with servers.skipped_when_missing(), servers.postgres() as url:
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT 41 + 1").fetchone()
        assert row == (42,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=1)


@pytest.mark.redis
@pytest.mark.live
def test_a_throwaway_redis_comes_back_empty_on_the_same_port() -> None:
    with servers.skipped_when_missing(), servers.redis_server() as server:
        with contextlib.closing(redis.Redis.from_url(server.url)) as client:
            client.set("word", "kept in memory only")
        server.restart()
        with contextlib.closing(redis.Redis.from_url(server.url)) as client:
            assert client.get("word") is None


@pytest.mark.redis
@pytest.mark.live
def test_a_paused_redis_keeps_connections_and_answers_nothing() -> None:
    with servers.skipped_when_missing(), servers.redis_server() as server:
        server.pause()
        with (
            contextlib.closing(
                redis.Redis(port=server.port, socket_timeout=0.2, retry=Retry(NoBackoff(), 0))
            ) as client,
            pytest.raises(redis.TimeoutError),
        ):
            client.ping()
        server.resume()
        with contextlib.closing(redis.Redis.from_url(server.url)) as client:
            assert client.ping()


def test_a_server_is_stopped_when_the_test_inside_fails() -> None:
    with servers.skipped_when_missing(), contextlib.suppress(ZeroDivisionError), servers.redis_server() as server:
        port = server.port
        raise ZeroDivisionError
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_a_missing_program_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(servers.Missing, match="no-such-server is not installed \\(package some-package\\)"):
        servers.find_program("no-such-server", "some-package")


def test_a_missing_server_skips_here_and_fails_where_all_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE_ALL", "")
    with pytest.raises(pytest.skip.Exception, match="package redis-server"), servers.skipped_when_missing():
        raise servers.Missing("redis-server", "redis-server")
    monkeypatch.setenv("REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="package redis-server"), servers.skipped_when_missing():
        raise servers.Missing("redis-server", "redis-server")
    assert os.environ["REQUIRE_ALL"] == "1"
