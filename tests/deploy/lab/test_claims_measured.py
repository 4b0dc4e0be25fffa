"""The claims ask for what the experiments measure: a mistyped metric would leave one untested for ever."""

from __future__ import annotations

from deploy.lab import claims, profiles
from deploy.lab.verdicts import judge
from tests.deploy.lab import fake_run

# The quick profile starts few servers.
MOST_UNTESTED = 4


def untested(profile: str) -> list[str]:
    verdicts = judge(claims.load(), list(fake_run.samples(profiles.PROFILES[profile])))
    return [
        f"{verdict.claim.id}: {outcome.test.says['en']}"
        for verdict in verdicts
        for outcome in verdict.outcomes
        if outcome.outcome == "missing" and outcome.test.role == "must"
    ]


def test_a_full_run_can_decide_every_claim() -> None:
    assert untested("full") == []


def test_a_quick_run_can_decide_most_claims() -> None:
    assert len({told.split(":")[0] for told in untested("quick")}) <= MOST_UNTESTED


def test_every_claim_of_the_design_is_there() -> None:
    assert [claim.number for claim in claims.load()] == list(range(1, 24))


def test_every_text_is_in_both_languages_and_not_the_same() -> None:
    for claim in claims.load():
        for text in (claim.statement, claim.condition, *(test.says for test in claim.tests)):
            assert set(text) == {"en", "es"}
            assert text["en"] != text["es"]
