"""The rows of those who are there: plain functions for the database's threads. Times are the database's own."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models.functions import Now

from chat.live.models import Member, Process

# A process that has not said for so long that it lives is dead.
SILENCE = timedelta(seconds=30)


class Seen(NamedTuple):
    name: str
    away: bool


@transaction.atomic
def write(process: uuid.UUID, streams: Mapping[str, Mapping[str, Seen]]) -> None:
    """This process lives, and these are all its members of each of the streams."""
    Process.objects.update_or_create(pk=process, defaults={"alive_at": Now()})
    Process.objects.filter(alive_at__lt=Now() - SILENCE).delete()
    for key, people in streams.items():
        Member.objects.filter(process_id=process, stream_key=key).exclude(who__in=people).delete()
    rows = [
        Member(process_id=process, stream_key=key, who=who, name=seen.name, away=seen.away)
        for key, people in streams.items()
        for who, seen in people.items()
    ]
    Member.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["process", "stream_key", "who"], update_fields=["name", "away"]
    )


def read(keys: Collection[str]) -> dict[str, dict[str, Seen]]:
    """Who is there on each of the streams, by all processes that live; with several pages, away in all of them."""
    found: dict[str, dict[str, Seen]] = {key: {} for key in keys}
    rows = Member.objects.filter(stream_key__in=keys, process__alive_at__gte=Now() - SILENCE).order_by("pk")
    for key, who, name, away in rows.values_list("stream_key", "who", "name", "away"):
        before = found[key].get(who)
        found[key][who] = Seen(name, away and (before is None or before.away))
    return found


def remove_process(process: uuid.UUID) -> None:
    Process.objects.filter(pk=process).delete()
