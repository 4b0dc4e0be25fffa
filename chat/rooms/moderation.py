"""What staff do where somebody goes too far. Each step is in the log with who did it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.live import publish
from chat.live.models import Event
from chat.live.revoking import recheck
from chat.rooms import editing
from chat.rooms.authors import Author, key_of, name_of
from chat.rooms.editing import BY_AUTHOR, BY_STAFF, erase_message, find_deletion, find_message
from chat.rooms.models import Guest, Message, ModerationEntry, Room, Sanction
from chat.rooms.refusals import Refused, forbidden

Action = ModerationEntry.Action


def delete_message(*, room: Room, by: Author, seq: int, client_id: str = "", reason: str = "") -> Event:
    """Delete whosever message. One's own goes like anybody's own, and into no log. Gives the deletion's event; raises
    Refused."""
    _refuse_others(by)
    with publish.appending(room.stream_key) as stream:
        known = find_deletion(stream, by, seq, client_id)
        if known is not None:
            return known
        message = find_message(room, seq)
        if by.wrote(message):
            return erase_message(stream, message, author=by, by=BY_AUTHOR, client_id=client_id)
        _log(Action.DELETE, by, _person(message), reason, message=message, text=message.text)
        return erase_message(stream, message, author=by, by=BY_STAFF, client_id=client_id)


def delete_as(*, author: Author, room: Room, seq: int, client_id: str = "") -> Event:
    """Delete what this author may: as staff whatever it is, else their own. Raises Refused."""
    if author.is_staff:
        return delete_message(room=room, by=author, seq=seq, client_id=client_id)
    return editing.delete_message(room=room, author=author, seq=seq, client_id=client_id)


def mute(*, by: Author, message: Message, until: datetime | None = None, reason: str = "") -> Sanction:
    """Ask the author of this message to be silent, in all rooms; in place of an earlier mute. Raises Refused."""
    return _sanction(Sanction.Kind.MUTE, by, message, until, reason)


@transaction.atomic
def ban(*, by: Author, message: Message, until: datetime | None = None, reason: str = "") -> Sanction:
    """Let the author of this message in no more, in place of an earlier ban; their sockets close after the commit.
    Raises Refused."""
    sanction = _sanction(Sanction.Kind.BAN, by, message, until, reason)
    recheck(who=_keys(sanction.person))
    return sanction


@transaction.atomic
def lift(*, sanction: Sanction, by: Author, reason: str = "") -> Sanction:
    """End a sanction before its time; one that has ended stays as it is. Raises Refused."""
    _refuse_others(by)
    sanction = Sanction.objects.select_for_update().get(pk=sanction.pk)
    if Sanction.objects.in_force().filter(pk=sanction.pk).exists():
        sanction.lifted_at, sanction.lifted_by = timezone.now(), by.user
        sanction.save(update_fields=["lifted_at", "lifted_by"])
        _log(Action.LIFT, by, sanction.person, reason)
    return sanction


@transaction.atomic
def _sanction(kind: Sanction.Kind, by: Author, message: Message, until: datetime | None, reason: str) -> Sanction:
    _refuse_others(by)
    person = _person(message)
    if person is None:
        raise Refused("nobody", _("Whoever wrote this is not here any more."))
    if not isinstance(person, Guest) and person.is_staff:
        raise Refused("is_staff", _("This is somebody of the staff."))
    now, guest = timezone.now(), person if isinstance(person, Guest) else None
    earlier = Sanction.objects.in_force().filter(kind=kind)
    against = earlier.against(users=[] if guest else [person.pk], guests=[guest.key] if guest else [])
    against.update(lifted_at=now, lifted_by=by.user)
    _log(Action(kind.value), by, person, reason, message=message)
    user = None if guest else person
    return Sanction.objects.create(
        kind=kind, user=user, guest=guest, by=by.user, reason=reason, created_at=now, until=until
    )


def _refuse_others(by: Author) -> None:
    """Staff alone do this."""
    if not by.is_staff:
        raise forbidden()


def _person(message: Message) -> Any:
    """Whose message it is: asked anew, for a guest may have logged in since it was read."""
    guest = Guest.objects.select_related("user").filter(pk=message.guest_id).first() if message.guest_id else None
    return message.user or (guest.user if guest is not None and guest.user is not None else guest)


def _keys(person: Any) -> list[str]:
    """All under which somebody may have a socket open."""
    former = Guest.objects.filter(user=person) if not isinstance(person, Guest) else ()
    return [key_of(person), *(key_of(guest) for guest in former)]


def _log(
    action: ModerationEntry.Action,
    by: Author,
    person: Any,
    reason: str,
    *,
    message: Message | None = None,
    text: str = "",
) -> None:
    ModerationEntry.objects.create(
        action=action,
        by=by.user,
        target=key_of(person) if person is not None else "",
        target_name=name_of(person) if person is not None else getattr(message, "author_name", ""),
        room=message.room if message is not None else None,
        seq=message.seq if message is not None else None,
        text=text,
        reason=reason,
    )
