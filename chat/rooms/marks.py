"""How far people have read, and what came since."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery

from chat.live import reading
from chat.rooms.authors import Author
from chat.rooms.models import Message, ReadMark, Room

# Nobody counts further than this at a glance.
UNREAD_SHOWN = 99


class CappedCount(Subquery):
    """How many rows a sliced subquery has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"
    output_field = IntegerField()


@transaction.atomic
def mark_read(*, room: Room, author: Author, seq: int) -> int:
    """Note that the author has read the room up to ``seq``, or to its end if that comes before. Gives the number that
    they have reached: a mark never goes back."""
    _epoch, last_seq = reading.heads([room.stream_key]).get(room.stream_key, ("", 0))
    seq = min(seq, last_seq)
    mark, created = ReadMark.objects.get_or_create(who=author.key, room=room, defaults={"seq": seq})
    if not created and mark.seq < seq:
        # Asked again in the database: another tab may have come further meanwhile.
        ReadMark.objects.filter(pk=mark.pk, seq__lt=seq).update(seq=seq)
    return max(mark.seq, seq)


def read_seq(room: Room, author: Author | None) -> int:
    """Up to where the author has read; 0 for who has no mark in this room."""
    marks = ReadMark.objects.filter(room=room, who=author.key if author is not None else "")
    return (marks.values_list("seq", flat=True).first() or 0) if author is not None else 0


def unread_counts(author: Author | None) -> dict[int, int]:
    """By room's key, in one query, what others have said since in the rooms that the author has a mark in: counted up
    to one more than UNREAD_SHOWN."""
    if author is None:
        return {}
    own = own_words(author.user) if author.user is not None else Q(guest=author.guest)
    rooms = Room.objects.open_to(staff=author.is_staff)
    return count_after(ReadMark.objects.filter(who=author.key, room__in=rooms), own)


def own_words(user: Any) -> Q:
    """What a user said, also as a guest before they logged in."""
    return Q(user=user) | Q(guest__user=user)


def count_after(marks: QuerySet[ReadMark], own: Q) -> dict[int, int]:
    """By room's key the messages after the mark that are neither deleted nor one's ``own``."""
    after = Message.objects.filter(room=OuterRef("room"), seq__gt=OuterRef("seq"), deleted_at__isnull=True)
    others = after.exclude(own).order_by().values("pk")[: UNREAD_SHOWN + 1]
    return dict(marks.annotate(unread=CappedCount(others)).order_by("room").values_list("room", "unread"))


def carry_over(*, marks_of: str, to: str) -> None:
    """Give one key's marks to another, in the caller's transaction; where both have one, the further counts."""
    own = dict(ReadMark.objects.select_for_update().filter(who=to).values_list("room", "seq"))
    former = ReadMark.objects.filter(who=marks_of)
    carried = [ReadMark(room_id=mark.room_id, who=to, seq=max(mark.seq, own.get(mark.room_id, 0))) for mark in former]
    ReadMark.objects.bulk_create(carried, update_conflicts=True, unique_fields=["who", "room"], update_fields=["seq"])
    former.delete()
