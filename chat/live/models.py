"""Streams of numbered events: the truth that every browser's view is made from."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Stream(models.Model):
    """``key`` is "kind:id" ("room:1", "user:7"). ``last_seq`` is the number of its newest event; 0 when it has none.

    ``epoch`` changes when its numbers lose their meaning (a restored backup): a browser that resumes with another
    epoch is told to reload.
    """

    key = models.CharField(max_length=100, unique=True)
    last_seq = models.PositiveBigIntegerField(default=0)
    epoch = models.UUIDField(default=uuid.uuid4, editable=False)

    def __str__(self) -> str:
        return self.key


class Event(models.Model):
    """Event ``seq`` of a stream. ``author`` with ``client_id`` names a send: a repeated one is the same event."""

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="events")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=50)
    data = models.JSONField(default=dict)
    # "user:7", "guest:<uuid>", "shop".
    author = models.CharField(max_length=100, blank=True)
    client_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["stream", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq"], name="event_number_in_stream"),
            models.UniqueConstraint(
                fields=["stream", "author", "client_id"], condition=~Q(client_id=""), name="event_sent_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream_id}#{self.seq} {self.kind}"


class Process(models.Model):
    """A process that has sockets. It writes ``alive_at`` anew every few seconds; one that does not has died."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    alive_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.id)


class Member(models.Model):
    """Somebody who has a page of this stream open, by a socket of this process; gone with it when it dies.

    ``who`` is an author's key and ``name`` what they are called; ``away``: nobody looks at any of these pages.
    """

    process = models.ForeignKey(Process, models.CASCADE, related_name="members")
    stream_key = models.CharField(max_length=100, db_index=True)
    who = models.CharField(max_length=100)
    name = models.CharField(max_length=80)
    away = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "stream_key", "who"], name="member_of_process_once"),
        ]

    def __str__(self) -> str:
        return f"{self.who} in {self.stream_key}"
