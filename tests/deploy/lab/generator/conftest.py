"""What all tests of the generator need."""

import pytest

from tests.programs import find_program, skipped_when_missing


@pytest.fixture(scope="session", autouse=True)
def compiler() -> None:
    with skipped_when_missing():
        find_program("cc", "build-essential")
