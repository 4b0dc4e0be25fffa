"""What /compare/ sends to browsers: a library as its makers made it, and modules that node tests."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.programs import find_program, skipped_when_missing

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
STATIC = ROOT / "deploy" / "compare" / "static" / "compare"
VENDOR = STATIC / "vendor"
MOST_LIBRARY_BYTES = 220 * 1024
MOST_OWN_BYTES = 20 * 1024


def test_the_library_says_its_version_and_its_licence_lies_beside_it() -> None:
    library = (VENDOR / "chart.umd.min.js").read_text(encoding="utf-8")
    assert re.match(r"/\*!\s+\* Chart\.js v\d+\.\d+\.\d+\s", library)
    assert "Released under the MIT License" in library[:300]
    assert "MIT License" in (VENDOR / "chart-LICENSE.txt").read_text(encoding="utf-8")


def test_the_library_names_no_file_that_is_not_shipped() -> None:
    assert "sourceMappingURL" not in (VENDOR / "chart.umd.min.js").read_text(encoding="utf-8")


def test_nobody_but_the_library_says_its_version() -> None:
    version = re.search(r"v(\d+\.\d+\.\d+)", (VENDOR / "chart.umd.min.js").read_text(encoding="utf-8")[:200])
    assert version is not None
    for path in [*(ROOT / "deploy" / "compare").rglob("*.*"), ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        if path.suffix in {".py", ".html", ".css", ".md", ".js"} and VENDOR not in path.parents:
            assert f"hart.js {version[1]}" not in path.read_text(encoding="utf-8"), path


def test_what_a_page_with_plots_loads_stays_bounded() -> None:
    assert (VENDOR / "chart.umd.min.js").stat().st_size < MOST_LIBRARY_BYTES
    assert sum(path.stat().st_size for path in STATIC.glob("*.js")) < MOST_OWN_BYTES


@pytest.mark.node
def test_the_modules_do_what_their_own_tests_say() -> None:
    with skipped_when_missing():
        node = find_program("node", "nodejs")
    files = sorted(str(path) for path in HERE.glob("*.test.mjs"))
    done = subprocess.run([node, "--test", *files], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
