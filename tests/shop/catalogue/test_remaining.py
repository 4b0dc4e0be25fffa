from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from shop.catalogue.remaining import FEW, told
from tests.programs import find_program, skipped_when_missing


def test_the_last_ones_are_counted_and_of_more_it_is_only_said_that_they_are_there() -> None:
    assert [told(available) for available in (0, 1, FEW, FEW + 1, 900)] == [0, 1, FEW, None, None]


@pytest.fixture
def node() -> str:
    with skipped_when_missing():
        return find_program("node", "nodejs")


@pytest.mark.node
def test_the_scripts_of_the_open_page_do_what_their_tests_say(node: str) -> None:
    files = sorted(str(path) for path in Path(__file__).parent.glob("*.test.mjs"))
    assert files
    done = subprocess.run([node, "--test", *files], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
