"""What people are told of, wherever in the shop they are: that somebody named them, or answered them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from chat.live import publish
from chat.rooms.authors import Author, key_of
from chat.rooms.mentions import People, mentioned
from chat.rooms.models import Guest, Message, Room, Sanction

MENTION = "chat.mention"
REPLY = "chat.reply"
MENTIONS_A_MESSAGE = 5


def tell_people(
    *, room: Room, said: Iterable[tuple[Message, Author]], people: People, answered: Mapping[int, Message]
) -> None:
    """Append to the streams of everybody whom these messages name or answer, in the caller's transaction. ``answered``
    are the messages that are replied to, by number. Nobody hears of themselves, nor twice of one message."""
    told: list[publish.Told] = []
    listeners: dict[str, Any] = {}
    for message, author in said:
        for key, (person, kind) in _meant(message, author, people, answered).items():
            if _may_read(room, person):
                listeners[key] = person
                told.append(publish.Told(key, kind, _data(room, message), author.key))
    barred = _barred(listeners.values())
    publish.append_all(one for one in told if one.stream_key not in barred)


def _meant(
    message: Message, author: Author, people: People, answered: Mapping[int, Message]
) -> dict[str, tuple[Any, str]]:
    """(person, kind of notice) by the person's key."""
    own = author.keys
    named = [person for person in mentioned(message.text, people) if key_of(person) not in own]
    meant = {key_of(person): (person, MENTION) for person in named[:MENTIONS_A_MESSAGE]}
    speaker = answered[message.reply_to].speaker if message.reply_to is not None else None
    if speaker is not None and key_of(speaker) not in own:
        meant[key_of(speaker)] = (speaker, REPLY)
    return meant


def _may_read(room: Room, person: Any) -> bool:
    return room.is_public or (not isinstance(person, Guest) and bool(person.is_staff))


def _barred(people: Collection[Any]) -> set[str]:
    """The keys of those who are not let in: to them there is no chat that they could hear of."""
    users = {person.pk for person in people if not isinstance(person, Guest)}
    guests = {person.key for person in people if isinstance(person, Guest)}
    if not users and not guests:
        return set()
    bans = Sanction.objects.in_force().filter(kind=Sanction.Kind.BAN).against(users=users, guests=guests)
    rows = bans.select_related("user", "guest__user")
    return {key_of(ban.user or (ban.guest and ban.guest.user) or ban.guest) for ban in rows}


def _data(room: Room, message: Message) -> dict[str, Any]:
    return {"name": message.author_name, "room": room.name, "seq": message.seq, "url": message.get_absolute_url()}
