import inspect

import pytest

from deploy.lab.experiments import ALL
from deploy.lab.trials import Experiment, Scale

SCALES = [Scale("quick", 1, 0.5, 0.1), Scale("full", 3, 1.0, 0.2)]


@pytest.mark.parametrize("experiment", ALL.values(), ids=ALL)
def test_a_module_is_called_what_its_experiment_is(experiment: Experiment) -> None:
    assert ALL[experiment.name] is experiment
    assert inspect.getmodule(experiment.run).__name__.rpartition(".")[2] == experiment.name  # type: ignore[union-attr]


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.name)
@pytest.mark.parametrize("experiment", ALL.values(), ids=ALL)
def test_trials_name_their_experiment_and_expect_some_time(experiment: Experiment, scale: Scale) -> None:
    trials = experiment.trials(scale)
    assert trials
    assert {trial.experiment for trial in trials} == {experiment.name}
    assert all(trial.seconds > 0 for trial in trials)
    assert all(trial.cases for trial in trials)


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.name)
@pytest.mark.parametrize("experiment", ALL.values(), ids=ALL)
def test_no_point_is_measured_twice_in_a_round(experiment: Experiment, scale: Scale) -> None:
    points = [
        (trial.server, trial.peer, tuple(sorted({**trial.settings, **case}.items())))
        for trial in experiment.trials(scale)
        for case in trial.cases
    ]
    assert len(points) == len(set(points))
