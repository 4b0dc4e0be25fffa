"""Who is at the other end of a socket, as the session says at this moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare


@dataclass(frozen=True)
class Visitor:
    """``user`` is None for somebody who has not logged in. ``session`` is a copy: nothing written to it is kept."""

    user: AbstractBaseUser | None = None
    session: dict[str, Any] = field(default_factory=dict)
    session_key: str = ""

    @property
    def is_staff(self) -> bool:
        return bool(getattr(self.user, "is_staff", False))


def load_visitor(session_key: str) -> Visitor:
    """Read the session and its user anew: a log-out or a changed password counts from the next frame on."""
    return load_visitors([session_key])[session_key]


def load_visitors(session_keys: Collection[str]) -> dict[str, Visitor]:
    """The same for many in two queries; a visitor for each key, whatever it is."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    valid = [key for key in session_keys if store._validate_session_key(key)]
    rows = store.model.objects.filter(session_key__in=valid, expire_date__gt=timezone.now()) if valid else []
    sessions = {row.session_key: store.decode(row.session_data) for row in rows}
    users = _users_of(sessions.values())
    return {
        key: Visitor(_logged_in(sessions.get(key, {}), users), dict(sessions.get(key, {})), key) for key in session_keys
    }


def visitor_of(request: HttpRequest) -> Visitor:
    """The same for a page's request."""
    user = request.user
    session: SessionBase = request.session
    key = session.session_key or ""
    return Visitor(user if isinstance(user, AbstractBaseUser) else None, dict(session.items()), key)


def _users_of(sessions: Collection[dict[str, Any]]) -> dict[str, AbstractBaseUser]:
    """Those who are logged in and may be, by their key as a session writes it."""
    keys = {str(session[SESSION_KEY]) for session in sessions if SESSION_KEY in session}
    if not keys:
        return {}
    users = get_user_model()._default_manager.filter(pk__in=keys, is_active=True)
    return {user._meta.pk.value_to_string(user): user for user in users}


def _logged_in(session: dict[str, Any], users: dict[str, AbstractBaseUser]) -> AbstractBaseUser | None:
    """As ``django.contrib.auth.get_user`` decides it: by a way to log in that still exists, with the password that was
    theirs when they did."""
    user = users.get(str(session.get(SESSION_KEY, "")))
    if user is None or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    known = str(session.get(HASH_SESSION_KEY, ""))
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return user if known and any(constant_time_compare(known, each) for each in hashes) else None
