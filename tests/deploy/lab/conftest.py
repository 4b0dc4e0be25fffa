"""What several tests of the laboratory stand on."""

from __future__ import annotations

import pytest

from deploy.lab.findings import Findings
from tests.deploy.lab import fake_run


@pytest.fixture(scope="session")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """A full run that was never measured."""
    return Findings(fake_run.write(tmp_path_factory.mktemp("results")))
