"""Processes that answer for this site, as they say of themselves."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone

GONE_AFTER = timedelta(seconds=30)


class RunningProcessQuerySet(models.QuerySet["RunningProcess"]):
    def alive(self) -> RunningProcessQuerySet:
        return self.filter(seen_at__gte=timezone.now() - GONE_AFTER)

    def gone(self) -> RunningProcessQuerySet:
        return self.filter(seen_at__lt=timezone.now() - GONE_AFTER)


class RunningProcess(models.Model):
    """One process of Django's. It renews its row every few seconds; an old row is a process that is gone."""

    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    # "wsgi", "asgi" or "worker".
    role = models.CharField(max_length=20)
    server = models.CharField(max_length=100)
    command = models.TextField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    # What it is made of and costs: threads, memory_kib (proportional), open files, python, versions.
    facts = models.JSONField(default=dict)

    objects = RunningProcessQuerySet.as_manager()

    class Meta:
        ordering = ["role", "host", "pid"]
        constraints = [models.UniqueConstraint(fields=["host", "pid"], name="one_row_a_process")]

    def __str__(self) -> str:
        return f"{self.role} {self.host}:{self.pid}"

    @property
    def memory_bytes(self) -> int:
        return int(self.facts.get("memory_kib") or 0) * 1024
