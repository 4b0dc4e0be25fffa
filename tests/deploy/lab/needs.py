"""What the machine lacks of the laboratory skips a test by its name, and fails it where everything is required."""

from __future__ import annotations

import pytest

from deploy.lab import servers
from tests.programs import require_all


def need(*subjects: servers.Server | servers.Peer) -> None:
    for gone in filter(None, map(servers.missing, subjects)):
        if require_all():
            pytest.fail(f"not run: {gone}", pytrace=False)
        pytest.skip(f"not run: {gone}")
