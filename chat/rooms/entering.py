"""Who is let into a room."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from chat.live.visitors import Visitor
from chat.rooms.authors import Author, author_of
from chat.rooms.models import Room
from chat.rooms.posting import refuse_silenced
from chat.rooms.refusals import Refused, forbidden
from chat.rooms.sanctions import Standing, standing_of


@dataclass(frozen=True)
class Entrance:
    """A visitor in a room. ``author`` is None for who has neither logged in nor chosen a name."""

    room: Room
    visitor: Visitor
    author: Author | None
    standing: Standing

    @property
    def may_write(self) -> bool:
        try:
            self.writer()
        except Refused:
            return False
        return True

    def speaker(self) -> Author:
        """Raises Refused."""
        if self.author is None:
            raise name_needed()
        return self.author

    def writer(self) -> Author:
        """The author, if they may write here now. Raises Refused."""
        author = self.speaker()
        refuse_silenced(self.room, author, self.standing)
        return author


def enter(visitor: Visitor, room: Room | None) -> Entrance:
    """Raises Refused, in the same words for a room that is not there, one that is not for this visitor, and any room
    for who is banned."""
    author = author_of(visitor)
    return admit(visitor, room, author, standing_of(author))


def admit(visitor: Visitor, room: Room | None, author: Author | None, standing: Standing) -> Entrance:
    """The same for an author who was looked up before."""
    if room is None or not room.is_open_to(staff=visitor.is_staff):
        raise forbidden()
    standing.refuse_barred()
    return Entrance(room, visitor, author, standing)


def name_needed() -> Refused:
    return Refused("name_needed", _("Choose a name first."))
