"""Who is at the other end of a socket, as the session says at this moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest


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
    if not session_key:
        return Visitor()
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    content = dict(session.items())
    if not content:
        return Visitor(session_key=session_key)
    request = HttpRequest()
    request.session = session
    user = get_user(request)
    return Visitor(user if isinstance(user, AbstractBaseUser) and user.is_active else None, content, session_key)


def visitor_of(request: HttpRequest) -> Visitor:
    """The same for a page's request."""
    user = request.user
    key = request.session.session_key or ""
    return Visitor(user if isinstance(user, AbstractBaseUser) else None, dict(request.session.items()), key)
