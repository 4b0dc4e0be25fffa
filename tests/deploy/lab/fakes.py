"""A laboratory whose experiments take no time, for tests of the run itself: ``python -m tests.deploy.lab.fakes``.

``FAKES`` tells what they do, "name=value" after "name=value": trials=N, seconds=S (of each), server=1 (start a real
one), histogram=N (pairs in a sample).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from deploy.errors import DeployError
from deploy.lab import measure
from deploy.lab.trials import Case, Laboratory, Measured, Scale, Trial

OPTIONS = {"trials": 6, "seconds": 0, "server": 0, "histogram": 0}


def say(*words: str | int) -> None:
    """A line for the test that waits for it."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


class Waits:
    """Named as a real one, so that real claims can be asked for."""

    name = "waits"

    def __init__(self, given: str) -> None:
        told = dict(pair.split("=") for pair in given.split())
        self._options = {key: float(told.get(key, value)) for key, value in OPTIONS.items()}

    def trials(self, scale: Scale) -> list[Trial]:
        return [
            Trial(
                self.name, "gunicorn-sync", "bare-wsgi", {"number": number}, ({"concurrency": 1}, {"concurrency": 4}), 1
            )
            for number in range(int(self._options["trials"]))
        ]

    def run(self, trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
        if self._options["server"]:
            with laboratory.start(trial.server, trial.peer, {"processes": 2}) as running:
                say("pids", *running.pids)
                yield from self._measured(cases)
        else:
            yield from self._measured(cases)

    def _measured(self, cases: list[Case]) -> Iterator[Measured]:
        for case in cases:
            say("measuring")
            time.sleep(self._options["seconds"])
            histogram = [(number, 1) for number in range(int(self._options["histogram"]))]
            yield Measured(case, {"requests_per_second": 20.0}, histogram)


def main() -> int:
    data, resumed = Path(sys.argv[1]), sys.argv[2:]
    experiments = {"waits": Waits(os.environ.get("FAKES", ""))}
    try:
        if resumed:
            return measure.resume(resumed[0], experiments, data=data)
        return measure.measure(measure.Wanted("quick", ["waits"], seed=5), experiments, data=data)
    except DeployError as error:
        sys.stderr.write(f"deploy: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
