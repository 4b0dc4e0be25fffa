"""Runs the compiled generator: its words, its answer, its end."""

from __future__ import annotations

import contextlib
import json
import math
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deploy.errors import DeployError
from deploy.lab.generator.building import generator_path

# What a run may take beyond its own spans before it counts as hung.
SLACK_SECONDS = 10


@contextlib.contextmanager
def running(words: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    """The generator with these words; it is gone afterwards, whatever happens. The kernel ends it even when this
    process is killed."""
    process = subprocess.Popen(
        [str(generator_path()), *words, "--parent", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def run(words: Sequence[str], seconds: float) -> dict[str, Any]:
    """Run it to its end, which should come within ``seconds``; what it has measured. Raises DeployError."""
    # What is no number of seconds the generator itself refuses, at once.
    limit = SLACK_SECONDS + (seconds if math.isfinite(seconds) else 0)
    with running(words) as process:
        try:
            output, errors = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            raise DeployError(f"the load generator did not end within {limit:g} s") from None
        if process.returncode:
            raise DeployError(explain(process.returncode, errors))
    return read(output)


def next_answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The next line of a generator that goes on running. Raises DeployError when it has ended instead."""
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise DeployError(explain(process.wait(), process.stderr.read() if process.stderr else ""))
    return read(line)


def read(output: str) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(output)
    except ValueError:
        raise DeployError(f"the load generator answered what cannot be read: {output[:80]!r}") from None
    return answer


def explain(status: int, errors: str) -> str:
    """One line for a generator that has failed."""
    lines = errors.strip().splitlines()
    if lines:
        return lines[-1]
    return f"the load generator was ended by signal {-status}" if status < 0 else f"the load generator ended: {status}"


def header_words(headers: Mapping[str, str]) -> list[str]:
    """Raises DeployError for a name or a value that would break out of its line."""
    words = []
    for name, value in headers.items():
        if not name or not name.isascii() or any(letter in name for letter in ": \r\n\0"):
            raise DeployError(f"{name!r} is no name for a header")
        if any(letter in value for letter in "\r\n\0"):
            raise DeployError(f"the header {name} has a line break in its value")
        words += ["--header", f"{name}: {value}"]
    return words


def path_words(paths: Sequence[tuple[float, str]]) -> list[str]:
    """Weighted paths. Raises DeployError for one that is no path, or when there is nothing to choose from."""
    if not paths or sum(weight for weight, _path in paths) <= 0:
        raise DeployError("a load needs a path of a weight above 0")
    words = []
    for weight, path in paths:
        if not path.startswith("/") or not path.isascii() or any(letter <= " " for letter in path):
            raise DeployError(f"{path!r} is no path: it begins with / and has no blanks (write them %20)")
        if weight < 0:
            raise DeployError(f"{path} has the weight {weight:g}, which is below 0")
        words += ["--path", f"{weight!r} {path}"]
    return words


def pin_words(cpu: int | None) -> list[str]:
    return [] if cpu is None else ["--cpu", str(cpu)]
