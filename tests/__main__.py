"""``python -m tests``: everything this machine can run, and by name what it could not.

The suite runs on SQLite with nothing beside it, and once more on PostgreSQL and Redis where they are installed.
``--require-all`` (CI) makes a missing server a failure. Other arguments go to pytest.
"""

# ruff: noqa: T201 - it talks to a terminal

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.programs import Missing, find_program
from tests.servers import postgres, redis_server

# Tests that start servers of their own do not differ from one database of the suite to the other: they run once.
ALONE = "live or browser or lab"
# The laboratory knows neither the site nor its database.
WITHOUT_DATABASE = "--ignore=tests/deploy/lab"
PROGRAMS = {
    "nginx": "nginx",
    "redis-server": "redis-server",
    "chromium": "chromium",
    "node": "nodejs",
}


@dataclass
class Outcome:
    """One run of pytest: how many tests ended how, the reasons of the skips, and whether it was as it should be."""

    name: str
    seconds: float
    status: int
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        # 5: no test was selected, which is fine for a run that was narrowed down.
        return self.status in {0, 5}


def main(arguments: list[str]) -> int:
    require_all = "--require-all" in arguments
    chosen = [argument for argument in arguments if argument != "--require-all"]
    if require_all:
        os.environ["REQUIRE_ALL"] = "1"
    missing = list(_missing_programs())
    outcomes = [_run("SQLite, no Redis", chosen, {})]
    try:
        with postgres() as database_url, redis_server() as redis:
            environment = {"DATABASE_URL": database_url, "REDIS_URL": redis.url}
            outcomes.append(
                _run("PostgreSQL and Redis", ["-m", f"not ({ALONE})", WITHOUT_DATABASE, *chosen], environment)
            )
    except Missing as error:
        missing.append(error)
    _report(outcomes, missing)
    failed = not all(outcome.good for outcome in outcomes) or (require_all and bool(missing))
    return 1 if failed else 0


def _missing_programs() -> Iterator[Missing]:
    for program, package in PROGRAMS.items():
        try:
            find_program(program, package)
        except Missing as error:
            yield error


def _run(name: str, arguments: list[str], environment: Mapping[str, str]) -> Outcome:
    print(f"\n=== {name} ===", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ambos-tests-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junit-xml={report}", *arguments]
        # The suite's own data folder: tests leave a developer's data alone.
        inherited = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
        done = subprocess.run(command, env={**inherited, "DATA_DIR": f"{folder}/data", **environment}, check=False)
        outcome = Outcome(name, time.monotonic() - started, done.returncode)
        with contextlib.suppress(OSError, ElementTree.ParseError):
            _count(outcome, ElementTree.parse(report))
    return outcome


def _count(outcome: Outcome, report: ElementTree.ElementTree[ElementTree.Element]) -> None:
    for case in report.iter("testcase"):
        ended = next((kind for kind in ("failure", "error", "skipped") if case.find(kind) is not None), "passed")
        outcome.counts[ended] += 1
        skipped = case.find("skipped")
        if skipped is not None:
            outcome.reasons[re.sub(r"^not run: ", "", skipped.get("message", ""))] += 1


def _report(outcomes: list[Outcome], missing: list[Missing]) -> None:
    print("\n=== What ran ===")
    for outcome in outcomes:
        counts = ", ".join(f"{number} {kind}" for kind, number in sorted(outcome.counts.items())) or "nothing"
        print(f"{outcome.name:<24} {counts} in {outcome.seconds:.0f} s")
    skipped = Counter[str]()
    for outcome in outcomes:
        skipped.update({f"{outcome.name}: {reason}": number for reason, number in outcome.reasons.items()})
    if skipped or missing:
        print("\n=== What did not run ===")
    for reason, number in skipped.items():
        print(f"{number:>4} on {reason}")
    for program in missing:
        print(f"     {program}")
    total = sum((outcome.counts for outcome in outcomes), Counter[str]())
    failed = total["failure"] + total["error"] + sum(not o.good and not o.counts for o in outcomes)
    print(f"\n{total['passed']} passed, {failed} failed, {total['skipped']} skipped", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
