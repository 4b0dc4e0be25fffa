"""What the laboratory measures: each module here is an experiment (``deploy.lab.trials.Experiment``).

An experiment module has a ``name``, ``trials(scale)`` and ``run(trial, cases, laboratory)``; standing here is all that
it takes to be found. A module without ``trials`` is a room that experiments share.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import cast

from deploy.lab.trials import Experiment


def _collected() -> dict[str, Experiment]:
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {module.name: cast(Experiment, module) for module in modules if hasattr(module, "trials")}


ALL: dict[str, Experiment] = _collected()
