"""How far a run has come, for whoever waits: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from typing import Never, TextIO

from tqdm import tqdm

# Between two lines where nobody watches a terminal.
CALM_SECONDS = 30.0
FORMAT = "{percentage:3.0f}% |{bar}| {desc} [{elapsed} gone, {remaining} left]"


class Progress:
    """Counts expected seconds: what takes longer than foretold stretches the time left in proportion."""

    def __init__(self, total_seconds: float, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._total = max(total_seconds, 0.001)
        self._done = 0.0
        self._began = self._told_at = time.monotonic()
        self._bar: tqdm[Never] | None = None
        if self._stream.isatty():
            self._bar = tqdm(
                total=self._total, file=self._stream, bar_format=FORMAT, dynamic_ncols=True, smoothing=0, leave=False
            )

    def now(self, title: str) -> None:
        """Say what is measured from here on."""
        if self._bar is not None:
            self._bar.set_description_str(title)
        elif time.monotonic() >= self._told_at + CALM_SECONDS:
            self._told_at = time.monotonic()
            self.say(f"{100 * self._done / self._total:3.0f} %, about {spoken(self.seconds_left())} left, now {title}")

    def over(self, seconds: float) -> None:
        """What was foretold to take ``seconds`` is done."""
        self._done = min(self._done + seconds, self._total)
        if self._bar is not None:
            self._bar.update(min(seconds, self._total - self._bar.n))

    def seconds_left(self) -> float:
        """As the run has gone so far; as foretold before it has gone anywhere."""
        gone = time.monotonic() - self._began
        pace = gone / self._done if self._done else 1.0
        return (self._total - self._done) * pace

    def say(self, line: str) -> None:
        """A line that stays, above the bar where there is one."""
        if self._bar is not None:
            self._bar.write(line, file=self._stream)
        else:
            print(line, file=self._stream, flush=True)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def spoken(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
