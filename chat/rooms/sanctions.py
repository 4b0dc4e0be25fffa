"""Who may not speak, and who is not let in at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from chat.live.visitors import Visitor
from chat.rooms.authors import Author, author_of
from chat.rooms.models import Sanction
from chat.rooms.refusals import Refused, forbidden

FOR_GOOD = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Standing:
    """``muted_until`` is None also for who is muted for good."""

    is_barred: bool = False
    is_muted: bool = False
    muted_until: datetime | None = None

    def refuse_barred(self) -> None:
        """Raises Refused, as if there were nothing."""
        if self.is_barred:
            raise forbidden()

    def refuse_muted(self) -> None:
        """Raises Refused."""
        if self.is_muted:
            until = {} if self.muted_until is None else {"until": int(self.muted_until.timestamp() * 1000)}
            raise Refused("muted", _("You have been asked to be silent for now."), fields=until)


FREE = Standing()


def standing_of(author: Author | None) -> Standing:
    return standings_of([author])[author.key] if author is not None else FREE


def standings_of(authors: Iterable[Author | None]) -> Mapping[str, Standing]:
    """By author's key, in one query at most. A sanction of a guest holds for the user that they turn out to be, and
    none holds for staff."""
    people = {author.key: author for author in authors if author is not None}
    bound = [author for author in people.values() if not author.is_staff]
    users = {author.user.pk for author in bound if author.user is not None}
    guests = {author.guest.key for author in bound if author.guest is not None}
    found: dict[str, list[tuple[str, datetime]]] = {}
    if bound:
        rows = Sanction.objects.in_force().against(users=users, guests=guests)
        for kind, until, *person in rows.values_list("kind", "until", "user_id", "guest__user_id", "guest__key"):
            found.setdefault(_key(*person), []).append((kind, until or FOR_GOOD))
    return {key: _standing(found[key]) if key in found else FREE for key in people}


def is_barred(visitor: Visitor) -> bool:
    return standing_of(author_of(visitor)).is_barred


def _key(user: object, claimed_by: object, guest: object) -> str:
    person = user or claimed_by
    return f"user:{person}" if person is not None else f"guest:{guest}"


def _standing(sanctions: Iterable[tuple[str, datetime]]) -> Standing:
    mutes = [until for kind, until in sanctions if kind == Sanction.Kind.MUTE]
    until = max(mutes, default=FOR_GOOD)
    is_barred = any(kind == Sanction.Kind.BAN for kind, _until in sanctions)
    return Standing(is_barred, bool(mutes), None if until == FOR_GOOD else until)
