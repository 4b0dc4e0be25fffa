"""The claims ask for what the experiments measure: a mistyped metric would leave one untested for ever."""

from __future__ import annotations

import pytest

from deploy.lab import claims, profiles
from deploy.lab.verdicts import judge
from tests.deploy.lab import fake_run


def untested(profile: str) -> list[str]:
    verdicts = judge(claims.load(), list(fake_run.samples(profiles.PROFILES[profile])))
    return [
        f"{verdict.claim.id}: {outcome.test.says['en']}"
        for verdict in verdicts
        for outcome in verdict.outcomes
        if outcome.outcome == "missing" and outcome.test.role == "must"
    ]


@pytest.mark.parametrize("profile", ["quick", "full"])
def test_a_run_can_decide_every_claim(profile: str) -> None:
    assert untested(profile) == []


def test_every_claim_of_the_design_is_there() -> None:
    assert [claim.number for claim in claims.load()] == list(range(1, 24))


def test_every_text_is_in_both_languages_and_not_the_same() -> None:
    for claim in claims.load():
        for text in (claim.statement, claim.condition, *(test.says for test in claim.tests)):
            assert set(text) == {"en", "es"}
            assert text["en"] != text["es"]
