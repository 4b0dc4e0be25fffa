"""Saying something in a room: several sends share one transaction, and one look at whatever they have to be held
against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from chat.live import publish
from chat.live.models import Event
from chat.rooms.authors import Author
from chat.rooms.guests import speaks_for_the_house
from chat.rooms.haste import Haste, said_of_late
from chat.rooms.mentions import find_people
from chat.rooms.models import Message, Room
from chat.rooms.notices import tell_people
from chat.rooms.refusals import Refused, client_id_used, gone
from chat.rooms.sanctions import Standing, standings_of
from chat.rooms.wording import clean_text

MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Send:
    """``reply_to`` is the number of the message that is answered. A repeated ``client_id`` of the author is the
    message of the first time, unless it comes with another text."""

    author: Author
    text: str
    client_id: str = ""
    reply_to: int | None = None


def post_message(*, room: Room, author: Author, text: str, client_id: str = "", reply_to: int | None = None) -> Message:
    """Keep a message and tell the room after the commit. Raises Refused."""
    send = Send(author, text, client_id, reply_to)
    [outcome] = post_messages(room=room, sends=[send], standings=standings_of([author]))
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def post_messages(*, room: Room, sends: Sequence[Send], standings: Mapping[str, Standing]) -> list[Message | Refused]:
    """The same for several, in one transaction and in the order given: what became of each. One that is refused is
    nothing to the others. The queries are as many for a hundred as for one. ``standings`` are the authors', by key."""
    drafts = [_draft(send, standings[send.author.key]) for send in sends]
    hopeful = [draft for draft in drafts if not isinstance(draft, Refused)]
    if not hopeful:
        return [draft for draft in drafts if isinstance(draft, Refused)]
    # Names are looked up before the stream is locked: nobody waits for it.
    people = find_people(room, [draft.text for draft in hopeful])
    with publish.appending(room.stream_key) as stream:
        batch = _Batch(room, hopeful, standings, stream)
        outcomes = [draft if isinstance(draft, Refused) else batch.answer(draft) for draft in drafts]
        Message.objects.bulk_create([message for message, _author in batch.said])
        tell_people(room=room, said=batch.said, people=people, answered=batch.answered)
    return outcomes


def refuse_silenced(room: Room, author: Author, standing: Standing) -> None:
    """Raises Refused where this author may not write into this room now."""
    if author.guest is not None and not room.guests_may_write:
        raise Refused("forbidden", _("Guests cannot write in this room."))
    if author.user is not None and not author.is_staff and speaks_for_the_house(author.name):
        raise Refused("name_taken", _("This name is taken. Choose another one."))
    standing.refuse_muted()


def _draft(send: Send, standing: Standing) -> Send | Refused:
    """The send with its text as it is kept."""
    try:
        standing.refuse_barred()
        return Send(send.author, clean_text(send.text), send.client_id, send.reply_to)
    except Refused as refusal:
        return refusal


class _Batch:
    """Drafts that are answered one after the other, under the lock of the room's stream."""

    def __init__(
        self, room: Room, drafts: Sequence[Send], standings: Mapping[str, Standing], stream: publish.Appending
    ) -> None:
        self.said: list[tuple[Message, Author]] = []
        self.answered = room.messages.numbered({draft.reply_to for draft in drafts if draft.reply_to is not None})
        self._room = room
        self._standings = standings
        self._stream = stream
        # What this person has sent before they logged in is theirs, too.
        sends = [(key, draft.client_id) for draft in drafts if draft.client_id for key in draft.author.keys]
        self._events = stream.known(sends)
        self._messages = room.messages.numbered({event.seq for event in self._events.values()})
        said = said_of_late({draft.author.key: draft.author for draft in drafts}.values())
        self._haste = Haste(room=room, last_seq=stream.last_seq, said=said, more=len(drafts))

    def answer(self, draft: Send) -> Message | Refused:
        try:
            return self._known(draft) or self._say(draft)
        except Refused as refusal:
            return refusal

    def _known(self, draft: Send) -> Message | None:
        """The message of an earlier send with this client id. Raises Refused where it was another one."""
        if not draft.client_id:
            return None
        keys = [(key, draft.client_id) for key in draft.author.keys]
        event = next((self._events[key] for key in keys if key in self._events), None)
        if event is None:
            return None
        message = self._messages.get(event.seq)
        if message is None or not _says(event, draft):
            raise client_id_used()
        return message

    def _say(self, draft: Send) -> Message:
        author = draft.author
        refuse_silenced(self._room, author, self._standings[author.key])
        if draft.reply_to is not None:
            answered = self.answered.get(draft.reply_to)
            if answered is None or answered.deleted_at is not None:
                raise Refused("bad_data", gone().sentence)
        self._haste.take(author)
        event = self._stream.append(MESSAGE, _data(draft), author=author.key, client_id=draft.client_id)
        message = Message(
            room=self._room,
            seq=event.seq,
            user=author.user,
            guest=author.guest,
            author_name=author.name,
            text=draft.text,
            reply_to=draft.reply_to,
            sent_at=event.at,
        )
        self.said.append((message, author))
        self._messages[event.seq] = message
        if draft.client_id:
            self._events[author.key, draft.client_id] = event
        return message


def _data(draft: Send) -> dict[str, Any]:
    author = draft.author
    data = {"name": author.name, "guest": author.guest is not None, "staff": author.is_staff, "text": draft.text}
    return data if draft.reply_to is None else data | {"reply": draft.reply_to}


def _says(event: Event, draft: Send) -> bool:
    """Whether this is the event of the draft. One whose words are gone is believed to be."""
    if event.kind != MESSAGE:
        return False
    return bool(event.data.get("deleted")) or (event.data["text"], event.data.get("reply")) == (
        draft.text,
        draft.reply_to,
    )
