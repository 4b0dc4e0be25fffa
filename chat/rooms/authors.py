"""Who speaks: a user under their own name, or a guest who chose one."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from chat.live.identity import Identity
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


def shown_name(name: str) -> str:
    """An account's name without what would turn or hide the text around it."""
    plain = "".join(character for character in name if unicodedata.category(character)[0] != "C")
    return " ".join(plain.split())[:80]


def author_of(visitor: Visitor) -> Author | None:
    """None for somebody who has neither logged in nor chosen a name."""
    user = visitor.user
    if user is not None:
        name = getattr(user, "get_short_name", user.get_username)()
        return Author(f"user:{user.pk}", shown_name(str(name)), user=user, is_staff=visitor.is_staff)
    guest = guest_of(visitor.session)
    return Author(f"guest:{guest.key}", guest.name, guest=guest) if guest is not None else None


def identify(visitor: Visitor) -> Identity:
    author = author_of(visitor)
    return Identity(author.key, author.name) if author is not None else Identity()
