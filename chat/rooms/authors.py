"""Who speaks: a user under their own name, or a guest who chose one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chat.live.visitors import Visitor
from chat.rooms.guests import guest_of
from chat.rooms.models import Guest


@dataclass(frozen=True)
class Author:
    """``key`` is the name in the streams: "user:7", "guest:<uuid>"."""

    key: str
    name: str
    # Whichever model the settings name.
    user: Any = None
    guest: Guest | None = None
    is_staff: bool = False


def author_of(visitor: Visitor) -> Author | None:
    """None for somebody who has neither logged in nor chosen a name."""
    user = visitor.user
    if user is not None:
        name = getattr(user, "get_short_name", user.get_username)()
        return Author(f"user:{user.pk}", str(name)[:80], user=user, is_staff=visitor.is_staff)
    guest = guest_of(visitor.session)
    return Author(f"guest:{guest.key}", guest.name, guest=guest) if guest is not None else None
