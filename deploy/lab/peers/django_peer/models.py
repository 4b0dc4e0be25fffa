from __future__ import annotations

from typing import ClassVar

from django.db import models


class Row(models.Model):
    name = models.TextField()
    price = models.TextField()
    note = models.TextField()

    # Said because mypy looks at the models of the site alone.
    objects: ClassVar[models.Manager[Row]]

    class Meta:
        # The file is there before Django is (deploy/lab/peers/rows.py).
        app_label = "django_peer"
        managed = False
        db_table = "rows"

    def __str__(self) -> str:
        return self.name
