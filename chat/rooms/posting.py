"""Saying something in a room."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.live import publish
from chat.rooms.authors import Author
from chat.rooms.guests import speaks_for_the_house
from chat.rooms.models import Message, Room
from chat.rooms.refusals import Refused
from chat.rooms.wording import clean_text

MESSAGE = "message"
# An author may say this much in so long, in all rooms together.
RATE_MESSAGES = 10
RATE_SECONDS = 10


@transaction.atomic
def post_message(*, room: Room, author: Author, text: str, client_id: str = "") -> Message:
    """Keep a message and tell the room after the commit. A repeated ``client_id`` of the author gives the message of
    the first time, unless it comes with another text. Raises Refused."""
    if author.guest is not None and not room.guests_may_write:
        raise Refused("forbidden", _("Guests cannot write in this room."))
    if author.user is not None and not author.is_staff and speaks_for_the_house(author.name):
        raise Refused("name_taken", _("This name is taken. Choose another one."))
    text = clean_text(text)
    data = {"name": author.name, "guest": author.guest is not None, "staff": author.is_staff, "text": text}
    event = publish.append(room.stream_key, MESSAGE, data, author=author.key, client_id=client_id)
    if event.data.get("text") != text:
        raise Refused("cid_used", _("The page was out of date. Send again."))
    known = Message.objects.filter(room=room, seq=event.seq).first()
    if known is not None:
        return known
    # Counted under the stream's lock, and taken back with the event when it was one too many.
    _refuse_haste(author)
    return Message.objects.create(
        room=room,
        seq=event.seq,
        user=author.user,
        guest=author.guest,
        author_name=author.name,
        text=text,
        sent_at=event.at,
    )


def _refuse_haste(author: Author) -> None:
    own = Message.objects.filter(guest=author.guest) if author.guest else Message.objects.filter(user=author.user)
    now = timezone.now()
    since = now - timedelta(seconds=RATE_SECONDS)
    sent = own.filter(sent_at__gt=since, sent_at__lte=now).order_by("-sent_at").values_list("sent_at", flat=True)
    earlier = list(sent[:RATE_MESSAGES])
    if len(earlier) >= RATE_MESSAGES:
        wait = earlier[-1] - since
        raise Refused(
            "rate",
            _("That was quick. Wait a few seconds, then send again."),
            retry_ms=max(200, int(wait.total_seconds() * 1000) + 100),
        )
