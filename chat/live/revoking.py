"""Rights that end while a socket is open. Whoever ends one says whose sockets are to be looked at anew; every process
hears of it as of any event, by the ring or at the latest by the sweep."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from chat.live import publish

# Nobody may subscribe to it: no kind is called so.
STREAM = "revoked:all"
# Of a user's account: what it may, and with which password it logged in.
WATCHED_FIELDS = frozenset({"password", "is_active", "is_staff", "is_superuser"})


def recheck(*, who: Collection[str] = (), stream: str = "") -> None:
    """Look anew at the sockets of these authors, and at all that follow ``stream``, after the commit. One whose visitor
    is somebody else by now, or is barred, is closed; one that may no longer follow the stream loses it.
    """
    if who or stream:
        publish.append(STREAM, "recheck", {"who": sorted(who), "stream": stream})


def fingerprint(session_key: str) -> str:
    """How a session is named where others can read it."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:32] if session_key else ""


def connect_signals() -> None:
    from django.contrib.sessions.models import Session

    post_delete.connect(_session_ended, sender=Session, dispatch_uid="live session ended")
    post_save.connect(_user_saved, sender=get_user_model(), dispatch_uid="live user saved")
    post_delete.connect(_user_deleted, sender=get_user_model(), dispatch_uid="live user deleted")


def _session_ended(instance: AbstractBaseSession, **_: Any) -> None:
    """A log-out, or a log-in, which changes the session's key. One that had expired has no socket open."""
    if instance.expire_date > timezone.now():
        publish.append(STREAM, "recheck", {"session": fingerprint(instance.session_key)})


def _user_saved(instance: Model, created: bool, update_fields: Collection[str] | None, **_: Any) -> None:
    if not created and (update_fields is None or WATCHED_FIELDS & set(update_fields)):
        recheck(who=[f"user:{instance.pk}"])


def _user_deleted(instance: Model, **_: Any) -> None:
    recheck(who=[f"user:{instance.pk}"])
