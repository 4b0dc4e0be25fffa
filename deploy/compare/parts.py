"""What stands around the processes: the database, Redis, and what is in front."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext as _

REDIS_TIMEOUT_SECONDS = 0.5


@dataclass(frozen=True)
class Part:
    name: str
    what: str
    detail: str


def parts_around(request: HttpRequest) -> list[Part]:
    return [_front(request), _database(), _redis()]


def _front(request: HttpRequest) -> Part:
    # nginx overwrites this header, so that it says who asked; without nginx nobody sets it.
    if "X-Real-IP" in request.headers:
        return Part(_("In front"), "nginx", _("Gives each path to its door, and serves files from disk."))
    return Part(_("In front"), _("nothing"), _("This request came straight to the process that answered."))


def _database() -> Part:
    if connection.vendor == "sqlite":
        detail = _("One file in WAL mode: good for one machine.")
        return Part(_("Database"), f"SQLite {sqlite3.sqlite_version}", detail)
    version = getattr(connection, "pg_version", 0)
    shown = f"{connection.display_name} {version // 10000}.{version % 10000}" if version else connection.display_name
    return Part(_("Database"), shown, _("The truth: every event is in it before anybody hears of it."))


def _redis() -> Part:
    if not settings.REDIS_URL:
        detail = _("Each process keeps its own cache, and the sweep carries events between processes within a second.")
        return Part("Redis", _("none"), detail)
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=REDIS_TIMEOUT_SECONDS, socket_connect_timeout=REDIS_TIMEOUT_SECONDS
    )
    with contextlib.closing(client):
        try:
            info = client.info()
        except redis.RedisError:
            return Part("Redis", _("unreachable"), _("The sweep carries events until it is back."))
    detail = _("The doorbell between processes, and the cache: %(memory)s in use.")
    return Part("Redis", f"Redis {info['redis_version']}", detail % {"memory": info["used_memory_human"]})
