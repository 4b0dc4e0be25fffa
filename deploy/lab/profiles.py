"""How much is measured."""

from __future__ import annotations

from deploy.lab.trials import Scale

# A look in a few minutes: short loads, most of them once, so that the intervals are wide. For CI and curiosity.
QUICK = Scale("quick", rounds=1, load_seconds=0.4, warm_up_seconds=0.1)
# Figures that are quoted. Three rounds are the fewest whose spread says anything, and a good second a load is what lets
# everything be measured three times, and what differs by little more often, within three quarters of an hour.
FULL = Scale("full", rounds=3, load_seconds=1.0, warm_up_seconds=0.3)
PROFILES = {scale.name: scale for scale in (QUICK, FULL)}
