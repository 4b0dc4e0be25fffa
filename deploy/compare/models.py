"""Processes that answer for this site, as they say of themselves."""

from django.db import models


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

    class Meta:
        ordering = ["role", "host", "pid"]
        constraints = [models.UniqueConstraint(fields=["host", "pid"], name="one_row_a_process")]

    def __str__(self) -> str:
        return f"{self.role} {self.host}:{self.pid}"
