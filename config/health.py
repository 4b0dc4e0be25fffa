"""``/healthz``: the process is alive. ``/readyz``: it can do its work, and wants more of it."""

from __future__ import annotations

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

REDIS_TIMEOUT_SECONDS = 1


def _database() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "unreachable"
    return None


def _migrations() -> str | None:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return "unknown"
    return f"{len(missing)} not applied" if missing else None


def _redis() -> str | None:
    if not settings.REDIS_URL:
        return None
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=REDIS_TIMEOUT_SECONDS, socket_connect_timeout=REDIS_TIMEOUT_SECONDS
    )
    try:
        client.ping()
    except redis.RedisError:
        return "unreachable"
    finally:
        client.close()
    return None


def _draining() -> str | None:
    return "draining" if settings.DRAIN_FILE.exists() else None


# Each gives what is wrong in a word or two, or None. The words are public: no address, no version, no error text.
CHECKS: dict[str, Callable[[], str | None]] = {
    "database": _database,
    "migrations": _migrations,
    "redis": _redis,
    "draining": _draining,
}


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every check passes, else 503; either way one word a check. Draining: DRAIN_FILE exists, or the server
    says that it was told to stop, so that a balancer sends nothing new while what is under way ends."""
    checks = {name: check() or "ok" for name, check in CHECKS.items()}
    if _is_server_leaving(request):
        checks["draining"] = "draining"
    ready = all(word == "ok" for word in checks.values())
    return JsonResponse({"status": "ok" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


def _is_server_leaving(request: HttpRequest) -> bool:
    server = getattr(request, "scope", {}).get("extensions", {}).get("ambos", {})
    return bool("is_leaving" in server and server["is_leaving"]())
