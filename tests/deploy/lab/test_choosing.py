"""What somebody means who names claims, experiments, servers or topologies."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from deploy.errors import DeployError
from deploy.lab.choosing import understand
from deploy.lab.profiles import QUICK
from deploy.lab.trials import Case, Experiment, Laboratory, Measured, Scale, Trial
from tests.deploy.lab.examples import claim, trial


class Listed:
    """An experiment that is there to be chosen."""

    def __init__(self, name: str, *trials: Trial) -> None:
        self.name = name
        self._trials = list(trials)

    def trials(self, scale: Scale) -> list[Trial]:
        return self._trials

    def run(self, trial: Trial, cases: list[Case], laboratory: Laboratory) -> Iterator[Measured]:
        raise AssertionError


EXPERIMENTS: Mapping[str, Experiment] = {
    "waits": Listed("waits", trial("gunicorn-sync"), trial("uwsgi")),
    "load": Listed(
        "load", trial("gunicorn-sync", experiment="load"), trial("uvicorn", peer="flask", experiment="load")
    ),
    "pages": Listed("pages", trial("split", peer="site", experiment="pages")),
}


def chosen(names: Sequence[str], folder: Path) -> list[str]:
    choice = understand(names, EXPERIMENTS, [claim(folder)])
    return [f"{one.experiment} {one.server}" for one in choice.trials(EXPERIMENTS, QUICK)]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ["waits gunicorn-sync", "waits uwsgi", "load gunicorn-sync", "load uvicorn", "pages split"]),
        (["1"], ["waits gunicorn-sync", "waits uwsgi"]),
        (["waits"], ["waits gunicorn-sync", "waits uwsgi"]),
        (["load", "pages"], ["load gunicorn-sync", "load uvicorn", "pages split"]),
        (["gunicorn-sync"], ["waits gunicorn-sync", "load gunicorn-sync"]),
        (["load", "gunicorn-sync"], ["load gunicorn-sync"]),
        (["uwsgi", "uvicorn"], ["waits uwsgi", "load uvicorn"]),
        (["flask"], ["load uvicorn"]),
        (["split"], ["pages split"]),
    ],
)
def test_names_choose(names: list[str], expected: list[str], tmp_path: Path) -> None:
    assert chosen(names, tmp_path) == expected


def test_an_unknown_name_is_told_with_what_is_like_it(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match=r'nothing is called "gunicorn-synk" \(is it gunicorn-sync'):
        chosen(["gunicorn-synk"], tmp_path)


def test_names_that_have_nothing_in_common_are_told(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match="the quick profile measures nothing of pages, uwsgi together"):
        chosen(["pages", "uwsgi"], tmp_path)
