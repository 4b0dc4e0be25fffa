"""``@Name`` in a message: whom it means. People are told of it by ``notices.py``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Left, Lower, StrIndex

from chat.rooms.authors import name_of
from chat.rooms.models import Guest, Room

# Beyond so many signs a message means nobody more, and a name ends after so many words.
SIGNS_READ = 10
WORD_ENDS_READ = 10
NAME_CHARACTERS = 80
# Who is among the room's newest messages is somebody that one talks to.
LATELY_MESSAGES = 200

_SIGN = re.compile(r"(?<!\w)@(?=\w)")
_WORD_END = re.compile(r"(?<=[\w.])(?!\w)")

# Users and guests by what they are called, in small letters.
People = Mapping[str, list[Any]]


def find_people(room: Room, texts: Iterable[str]) -> People:
    """Everybody that one of the texts may mean, in three queries at most: who spoke in the room lately, and users by
    their name. Of several users with one name only those are meant who spoke."""
    names = {name for text in texts for sign in _names_after_signs(text) for name in sign}
    if not names:
        return {}
    spoke = _speakers(room, {name.casefold() for name in names})
    user_ids = {user for people in spoke.values() for user, _guest in people if user is not None}
    guest_ids = {guest for people in spoke.values() for user, guest in people if user is None}
    users = {user.pk: user for user in users_called(names, or_of=user_ids)}
    guests = Guest.objects.in_bulk(guest_ids) if guest_ids else {}
    people: dict[str, list[Any]] = {}
    for name, speakers in spoke.items():
        found = [users.get(user) if user is not None else guests.get(guest) for user, guest in speakers]
        people[name] = [person for person in found if person is not None]
    for name, called in _by_name(users.values()).items():
        if not people.get(name) and len(called) == 1:
            people[name] = called
    return people


def mentioned(text: str, people: People) -> list[Any]:
    """Those of the people that the text means, each once; of the names that fit, the longest."""
    found: list[Any] = []
    for names in _names_after_signs(text) if people else ():
        called = next((people[name.casefold()] for name in names if name.casefold() in people), ())
        found += [person for person in called if person not in found]
    return found


def users_called(names: Iterable[str], *, or_of: Iterable[Any] = ()) -> QuerySet[Any]:
    """Users who are shown under one of these names: their own, or else the e-mail address up to its @."""
    exact = set(names)
    small = {name.lower() for name in exact}
    mailbox = Left("email", StrIndex("email", Value("@")) - 1)
    users = get_user_model()._default_manager.filter(is_active=True).alias(small=Lower("name"), mailbox=mailbox)
    # SQLite's LOWER knows ASCII alone: a name as it is written is looked for, too.
    called = Q(name__in=exact) | Q(small__in=small) | Q(name="", mailbox__in=small)
    return users.filter(called | Q(pk__in=set(or_of)))


def _names_after_signs(text: str) -> Iterator[list[str]]:
    """For each sign the names that may be meant, the longest first."""
    if "@" not in text:
        return
    for number, sign in enumerate(_SIGN.finditer(text)):
        if number == SIGNS_READ:
            return
        rest = text[sign.end() : sign.end() + NAME_CHARACTERS + 1].partition("\n")[0]
        ends = [end.start() for end in _WORD_END.finditer(rest) if end.start() <= NAME_CHARACTERS]
        yield [rest[:end] for end in reversed(ends[:WORD_ENDS_READ])]


def _speakers(room: Room, names: set[str]) -> dict[str, set[tuple[Any, int]]]:
    """Of those who spoke lately under one of the names, (user, guest): a guest who has logged in is a user."""
    found: dict[str, set[tuple[Any, int]]] = {}
    lately = room.messages.order_by("-seq").values_list("author_name", "user", "guest__user", "guest")
    for name, user, became, guest in lately[:LATELY_MESSAGES]:
        person = (user or became, guest)
        if name.casefold() in names and any(person):
            found.setdefault(name.casefold(), set()).add(person)
    return found


def _by_name(users: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for user in users:
        found.setdefault(name_of(user).casefold(), []).append(user)
    return found
