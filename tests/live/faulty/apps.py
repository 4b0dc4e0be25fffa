from __future__ import annotations

import os

from django.apps import AppConfig


class FaultyConfig(AppConfig):
    name = "tests.live.faulty"
    label = "faulty"

    def ready(self) -> None:
        from chat.live import credit, kinds
        from tests.live.faulty import streams

        kinds.register(streams.FAULTY)
        # Half a minute is right for a browser and long for a test.
        if seconds := os.environ.get("FAULTY_LAG_SECONDS"):
            credit.LAG_SECONDS = float(seconds)
