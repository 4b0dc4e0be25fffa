"""What the laboratory measures: trials (one start of one subject with its cases), and the samples they give."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

# What tells one measured point from another: {"processes": 2, "concurrency": 64}. Keys are words, values are plain.
Case = Mapping[str, str | int | float]


# The flaw of a sample whose generator was busy for more than its third: the server may be faster than that.
GENERATOR_BOUND = "generator-bound"


class Unavailable(Exception):
    """The machine lacks what a trial needs; the text names it and the package that brings it."""


class Flawed(Exception):
    """A measurement that must not count (the generator came late, the server died); the text says why."""


@dataclass(frozen=True)
class Scale:
    """How much is measured: ``quick`` for CI and curiosity, ``full`` for figures that are quoted."""

    name: str
    rounds: int
    # The length of one measured load, and of what is thrown away before it.
    load_seconds: float
    warm_up_seconds: float

    @property
    def is_full(self) -> bool:
        return self.name == "full"


@dataclass(frozen=True)
class Trial:
    """One start of one subject; its cases are measured one after the other, in random order, on that start."""

    experiment: str
    # A server of servers.toml with a peer of peers/, or, where the peer is "site", a topology.
    server: str
    peer: str
    settings: Case
    cases: tuple[Case, ...]
    # Expected, start included: the progress bar's time left comes from it.
    seconds: float
    # In so many rounds instead of the scale's: one for what does not vary, such as a conformance check, more for a
    # difference that is small beside the noise.
    rounds: int | None = None
    # Trials with the same word here are measured one right after the other in each round: what is compared closely must
    # not be parted by the quarter of an hour in which a virtual machine slows down.
    beside: str = ""


@dataclass(frozen=True)
class Measured:
    """One case, measured once. Metrics carry their unit in their name: ``requests_per_second``, ``p99_ms``."""

    case: Case
    metrics: Mapping[str, float]
    # Latencies as [microseconds, count] pairs, two per cent apart; empty where there are none.
    histogram: list[tuple[int, int]] = field(default_factory=list)
    # Why this must not count; empty where it counts.
    flaw: str = ""


@dataclass(frozen=True)
class Usage:
    """What a subject's whole process tree has used or holds right now."""

    cpu_seconds: float
    pss_kib: int
    threads: int
    open_files: int
    processes: int


class Running(Protocol):
    """A started subject."""

    port: int
    # How many processes outlived SIGTERM and had to be killed; known after ``stop``.
    left_behind: int

    @property
    def pids(self) -> list[int]: ...

    def usage(self) -> Usage: ...

    def stop(self, *, patience_seconds: float = 10) -> float:
        """Send SIGTERM, wait, return the seconds it took; what is left after ``patience_seconds`` is killed."""

    def is_alive(self) -> bool: ...


class Laboratory(Protocol):
    """What an experiment may use. Subjects run on the server's core, the generator on the other."""

    @property
    def scale(self) -> Scale: ...

    @property
    def generator_cpu(self) -> int | None:
        """The core that the load generator is pinned to; None where there is but one."""

    def run(self, command: Sequence[str], *, timeout_seconds: float) -> str:
        """What a program prints that measures itself, run to its end on the server's core. Raises Flawed where it
        fails or does not end."""

    def start(self, server: str, peer: str, settings: Case) -> contextlib.AbstractContextManager[Running]:
        """Start ``peer`` under ``server`` with settings processes (default 1), threads (1); ready when it yields.

        Raises Unavailable where the machine lacks the server, Flawed where it does not start.
        """

    def start_site(
        self, topology: str, environment: Mapping[str, str] | None = None
    ) -> contextlib.AbstractContextManager[Running]:
        """Start the whole shop in that topology, with sample goods and SQLite; the port is the front door's."""


class Experiment(Protocol):
    """A module of deploy/lab/experiments: what it wants measured, and how one trial is run."""

    name: str

    def trials(self, scale: Scale) -> list[Trial]: ...

    def run(self, trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
        """Measure each of ``cases`` (the trial's, shuffled). A yielded case is merged over the trial's settings."""
