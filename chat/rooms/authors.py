"""Who speaks: a user under their own name, or a guest who chose one."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from chat.live.identity import Identity
from chat.live.visitors import Visitor
from chat.rooms.guests import guest_key
from chat.rooms.models import Guest, Message


@dataclass(frozen=True)
class Author:
    """``key`` is the name in the streams: "user:7", "guest:<uuid>"; ``former_keys`` are those of the guests that this
    user was before logging in."""

    key: str
    name: str
    # Whichever model the settings name.
    user: Any = None
    guest: Guest | None = None
    is_staff: bool = False
    former_keys: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """All under which this person has spoken."""
        return (self.key, *self.former_keys)

    def wrote(self, message: Message) -> bool:
        return message.author_key in self.keys


def shown_name(name: str) -> str:
    """An account's name without what would turn or hide the text around it."""
    plain = "".join(character for character in name if unicodedata.category(character)[0] != "C")
    return " ".join(plain.split())[:80]


def name_of(person: Any) -> str:
    """What a user or guest is called at present."""
    if isinstance(person, Guest):
        return person.name
    return shown_name(str(getattr(person, "get_short_name", person.get_username)()))


def key_of(person: Any) -> str:
    """A user's or guest's name in the streams."""
    return f"guest:{person.key}" if isinstance(person, Guest) else f"user:{person.pk}"


def author_of(visitor: Visitor) -> Author | None:
    """None for somebody who has neither logged in nor chosen a name."""
    return authors_of([visitor])[visitor.session_key]


def authors_of(visitors: Iterable[Visitor]) -> dict[str, Author | None]:
    """The same for many by their session's key, in one query at most."""
    people = {visitor.session_key: visitor for visitor in visitors}
    users = {visitor.user.pk for visitor in people.values() if visitor.user is not None}
    keys = {session: guest_key(each.session) for session, each in people.items() if each.user is None}
    present, former = _guests({key for key in keys.values() if key is not None}, users)
    authors: dict[str, Author | None] = {}
    for session, visitor in people.items():
        if visitor.user is not None:
            authors[session] = _user(visitor, former.get(visitor.user.pk, ()))
        else:
            guest = present.get(keys[session] or "")
            authors[session] = Author(key_of(guest), guest.name, guest=guest) if guest is not None else None
    return authors


def identify(visitor: Visitor) -> Identity:
    author = author_of(visitor)
    return Identity(author.key, author.name) if author is not None else Identity()


def _user(visitor: Visitor, former: Iterable[Guest]) -> Author:
    user = visitor.user
    former_keys = tuple(key_of(guest) for guest in former)
    return Author(key_of(user), name_of(user), user=user, is_staff=visitor.is_staff, former_keys=former_keys)


def _guests(keys: Collection[str], users: Collection[Any]) -> tuple[Mapping[str, Guest], Mapping[Any, list[Guest]]]:
    """The guests of these keys who have not logged in since, and those that these users were."""
    if not keys and not users:
        return {}, {}
    present: dict[str, Guest] = {}
    former: dict[Any, list[Guest]] = {}
    for guest in Guest.objects.filter(Q(key__in=keys, user__isnull=True) | Q(user__in=users)):
        if guest.user_id is None:
            present[str(guest.key)] = guest
        else:
            former.setdefault(guest.user_id, []).append(guest)
    return present, former
