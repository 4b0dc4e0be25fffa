from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.signals import request_started


class CompareConfig(AppConfig):
    name = "deploy.compare"
    label = "compare"

    def ready(self) -> None:
        # Only a process that its starter has named tells of itself: no test, no shell, no migration does.
        if settings.PROCESS_NAME:
            # At the first request and not here: a server may load the code once and fork its workers afterwards.
            request_started.connect(_start, dispatch_uid="compare.heartbeat")


def _start(**kwargs: Any) -> None:
    from deploy.compare import heartbeat

    heartbeat.start()
