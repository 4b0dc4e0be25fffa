"""A place for runs that is empty until a test writes one, and nothing shipped to mix with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from deploy.compare import shelf


@pytest.fixture(autouse=True)
def own_runs(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    monkeypatch.setattr(shelf, "SHIPPED", tmp_path / "shipped")
    return tmp_path / "data" / "lab" / "results"


@pytest.fixture
def shipped_runs(tmp_path: Path) -> Path:
    return tmp_path / "shipped"
