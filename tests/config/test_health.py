"""/healthz and /readyz: what a balancer is told, on both doors."""

from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import AsyncClient, Client
from pytest_django.fixtures import Settings

from tests.servers import redis_server, skipped_when_missing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_around(settings: Settings, tmp_path: Path) -> None:
    settings.REDIS_URL = ""
    settings.DRAIN_FILE = tmp_path / "draining"


def readiness(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json()


def test_a_sound_process_is_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    status, said = readiness(client)
    assert status == 200
    assert set(said["checks"].values()) == {"ok"}


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_the_asgi_door_answers_the_same() -> None:
    client = AsyncClient()
    assert (await client.get("/healthz")).status_code == 200
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"]["database"] == "ok"
    # The view ran in a thread, whose connection would hold the test database at its end.
    await sync_to_async(connections.close_all)()


def test_a_draining_process_wants_no_more_work_but_is_alive(client: Client, settings: Settings) -> None:
    settings.DRAIN_FILE.touch()
    status, said = readiness(client)
    assert (status, said["checks"]["draining"]) == (503, "draining")
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("lost", [OperationalError, InterfaceError])
def test_a_lost_database_makes_unready_and_not_dead(
    client: Client, monkeypatch: pytest.MonkeyPatch, lost: type[Exception]
) -> None:
    def refuse(*args: Any) -> None:
        raise lost("connection to db.internal as ambos with password sesame failed")

    monkeypatch.setattr(connection, "cursor", refuse)
    status, said = readiness(client)
    assert (status, said["checks"]["database"], said["checks"]["migrations"]) == (503, "unreachable", "unknown")
    assert "sesame" not in str(said)
    assert client.get("/healthz").status_code == 200


def test_a_migration_that_is_missing_is_counted(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("compare", "0001_initial")
    status, said = readiness(client)
    assert (status, said["checks"]["migrations"]) == (503, "1 not applied")


def test_an_unreachable_redis_makes_unready_and_tells_no_address(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://:sesame@127.0.0.1:1/0"
    status, said = readiness(client)
    assert (status, said["checks"]["redis"]) == (503, "unreachable")
    assert "sesame" not in str(said)
    assert "127.0.0.1" not in str(said)


@pytest.mark.redis
@pytest.mark.live
def test_a_redis_that_hangs_is_found_out_and_does_not_hang_the_answer(client: Client, settings: Settings) -> None:
    with skipped_when_missing(), redis_server() as redis:
        settings.REDIS_URL = redis.url
        assert readiness(client)[0] == 200
        redis.pause()
        status, said = readiness(client)
    assert (status, said["checks"]["redis"]) == (503, "unreachable")
