"""A lost Redis fails no page and switches no limit off."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from django.test import Client
from pytest_django import Settings

from config import cache as cache_module
from config.cache import SteadyRedisCache
from shop.customers.models import User
from tests.programs import free_port
from tests.servers import RedisServer, redis_server, skipped_when_missing


@pytest.fixture
def away() -> SteadyRedisCache:
    """A cache whose Redis never answers."""
    return SteadyRedisCache(f"redis://127.0.0.1:{free_port()}", {"OPTIONS": {"socket_connect_timeout": 1}})


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with skipped_when_missing(), redis_server() as server:
        yield server


def test_what_was_kept_is_found_again_while_redis_is_away(away: SteadyRedisCache) -> None:
    away.set("name", "Alice")
    assert away.get("name") == "Alice"
    assert away.get("other", "nobody") == "nobody"
    assert away.add("name", "Bob") is False
    away.set("count", 1)
    assert away.incr("count") == 2
    assert away.get_many(["name", "count"]) == {"name": "Alice", "count": 2}
    away.clear()
    assert away.get("name") is None


def test_one_failure_is_waited_for_once(away: SteadyRedisCache) -> None:
    away.get("name")
    with patch.object(RedisCache, "get", side_effect=AssertionError("asked again")):
        assert away.get("name") is None


def test_the_real_one_is_asked_again_when_it_is_back(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "AWAY_SECONDS", 0)
    steady = SteadyRedisCache(redis.url, {})
    steady.set("name", "Alice")
    redis.kill()
    assert steady.get("name") is None
    redis.restart()
    steady.set("name", "Bob")
    assert SteadyRedisCache(redis.url, {}).get("name") == "Bob"


def test_people_log_in_while_redis_is_away_and_guesses_are_still_limited(
    client: Client, alice: User, settings: Settings
) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "config.cache.SteadyRedisCache", "LOCATION": f"redis://127.0.0.1:{free_port()}"}
    }
    cache.clear()
    right = {"login": "alice@example.com", "password": "a long enough word"}
    assert client.post("/account/login/", right).status_code == 302
    client.cookies.clear()
    for _guess in range(12):
        answer = client.post("/account/login/", {**right, "password": "wrong"})
    assert "Too many" in answer.content.decode()
