"""What an open connection costs is counted from those that are really held."""

from typing import cast

from deploy.lab import generator
from deploy.lab.experiments.holding import held_metrics
from deploy.lab.trials import Usage

BEFORE = Usage(cpu_seconds=1, pss_kib=10_240, threads=2, open_files=8, processes=1)
AFTER = Usage(cpu_seconds=2, pss_kib=14_336, threads=5, open_files=208, processes=1)


class Connections:
    """Stands in for connections of which some have gone since they were opened."""

    def __init__(self, *, opened: int, refused: int, left: int) -> None:
        self.open = opened
        self.refused = refused
        self._left = left

    def still_open(self) -> int:
        return self._left


def measured(**numbers: int) -> dict[str, float]:
    return held_metrics(cast(generator.Held, Connections(**numbers)), BEFORE, AFTER)


def test_memory_is_shared_by_those_that_are_still_open() -> None:
    metrics = measured(opened=250, refused=150, left=200)

    assert metrics["held"] == 200
    assert metrics["held_share"] == 0.5
    assert metrics["kib_per_connection"] == 4096 / 200
    assert (metrics["pss_mib"], metrics["threads"]) == (14, 5)


def test_of_a_few_connections_no_memory_is_told_because_a_process_breathes_more_than_that() -> None:
    assert "kib_per_connection" not in measured(opened=8, refused=992, left=8)
