"""Saying something otherwise, and taking it back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from chat.live import publish
from chat.live.models import Event
from chat.rooms.authors import Author
from chat.rooms.haste import Haste, edited_of_late
from chat.rooms.models import Message, Room
from chat.rooms.posting import refuse_silenced
from chat.rooms.refusals import Refused, client_id_used, gone
from chat.rooms.sanctions import standing_of
from chat.rooms.wording import clean_text

EDITED = "message.edited"
DELETED = "message.deleted"
BY_AUTHOR, BY_STAFF = "author", "staff"


def edit_message(*, room: Room, author: Author, seq: int, text: str, client_id: str = "") -> Event:
    """Give the author's own message another text. A repeated ``client_id`` is the edit of the first time. Gives the
    edit's event; raises Refused."""
    standing = standing_of(author)
    standing.refuse_barred()
    text = clean_text(text)
    with publish.appending(room.stream_key) as stream:
        known = _known(stream, author, client_id)
        if known is not None:
            if not (known.kind == EDITED and known.data["of"] == seq and _still_says(known, text)):
                raise client_id_used()
            return known
        message = find_message(room, seq)
        if not author.wrote(message):
            raise not_yours()
        refuse_silenced(room, author, standing)
        Haste(room=room, last_seq=stream.last_seq, said=edited_of_late(room, author, stream.last_seq)).take(author)
        event = stream.append(EDITED, {"of": seq, "text": text}, author=author.key, client_id=client_id)
        message.text, message.edited_at, message.edits = text, event.at, [*message.edits, event.seq]
        message.save(update_fields=["text", "edited_at", "edits"])
    return event


def delete_message(*, room: Room, author: Author, seq: int, client_id: str = "") -> Event:
    """Take the words of the author's own message out of the room and its stream. Gives the deletion's event; raises
    Refused. Staff delete what others said with ``moderation.delete_message``."""
    standing_of(author).refuse_barred()
    with publish.appending(room.stream_key) as stream:
        known = find_deletion(stream, author, seq, client_id)
        if known is not None:
            return known
        message = find_message(room, seq)
        if not author.wrote(message):
            raise not_yours()
        return erase_message(stream, message, author=author, by=BY_AUTHOR, client_id=client_id)


def find_message(room: Room, seq: int) -> Message:
    """A message that still has its words. Raises Refused."""
    message = room.messages.filter(seq=seq, deleted_at__isnull=True).with_authors().first()
    if message is None:
        raise gone()
    return message


def find_deletion(stream: publish.Appending, author: Author, seq: int, client_id: str) -> Event | None:
    """What this author did under this client id before. Raises Refused where it was something else."""
    known = _known(stream, author, client_id)
    if known is not None and not (known.kind == DELETED and known.data["of"] == seq):
        raise client_id_used()
    return known


def erase_message(stream: publish.Appending, message: Message, *, author: Author, by: str, client_id: str) -> Event:
    """Take the words out of the message and of every event that held them, under the stream's lock."""
    event = stream.append(DELETED, {"of": message.seq, "by": by}, author=author.key, client_id=client_id)
    publish.redact(message.room.stream_key, [message.seq, *message.edits])
    message.text, message.deleted_at = "", event.at
    message.save(update_fields=["text", "deleted_at"])
    return event


def not_yours() -> Refused:
    return Refused("not_yours", _("Somebody else wrote this message."))


def _known(stream: publish.Appending, author: Author, client_id: str) -> Event | None:
    sends = [(key, client_id) for key in author.keys] if client_id else []
    return next(iter(stream.known(sends).values()), None)


def _still_says(event: Event, text: str) -> bool:
    """One whose words are gone is believed."""
    return bool(event.data.get("deleted")) or event.data["text"] == text
