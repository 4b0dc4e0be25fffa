"""Experiments run for real, with the shortest loads there are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.lab.bench import Bench, bench
from deploy.lab.experiments import ALL
from deploy.lab.trials import Flawed, Measured, Scale, Unavailable
from tests.programs import require_all

SHORT = Scale("quick", rounds=1, load_seconds=0.3, warm_up_seconds=0.1)


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(SHORT, tmp_path_factory.mktemp("laboratory")) as opened:
        yield opened


def measured(laboratory: Bench, experiment: str, server: str, peer: str = "") -> list[Measured]:
    """All cases of the one trial of ``server`` (with ``peer`` where it has several); skipped where it is missing.

    Once more where the measurement says itself that it must not count, as the laboratory does: on a busy machine
    somebody may take a port between its choice and its use.
    """
    module = ALL[experiment]
    [trial] = [trial for trial in module.trials(SHORT) if trial.server == server and (not peer or trial.peer == peer)]
    try:
        try:
            return list(module.run(trial, list(trial.cases), laboratory))
        except Flawed:
            return list(module.run(trial, list(trial.cases), laboratory))
    except Unavailable as lacking:
        if require_all():
            pytest.fail(f"not run: {lacking}", pytrace=False)
        pytest.skip(f"not run: {lacking}")


def one(laboratory: Bench, experiment: str, server: str, peer: str = "", **case: object) -> Measured:
    """The one case that has ``case`` in it."""
    [found] = [
        each
        for each in measured(laboratory, experiment, server, peer)
        if all(each.case.get(key) == value for key, value in case.items())
    ]
    return found
