"""claims.toml is read strictly: what is not understood is an error that names the claim and the key."""

from pathlib import Path

import pytest

from deploy.errors import DeployError
from deploy.lab.claims import load
from tests.deploy.lab.examples import CLAIM, TEST, claim, comparison


def test_a_claim_is_read_whole(tmp_path: Path) -> None:
    read = claim(tmp_path, comparison(of='{experiment = "waits", server = ["a", "b"], processes = 2}'))

    assert (read.number, read.id, read.experiments) == (1, "waits", ("waits",))
    assert read.title == {"en": "Waits", "es": "Esperas"}
    (test,) = read.tests
    assert test.of.wanted == {"experiment": ("waits",), "server": ("a", "b"), "processes": (2,)}
    assert (test.relation, test.threshold, test.role) == ("at_most", 22.0, "must")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"at_most": None}, "waits: tests[1] needs either at_least or at_most"),
        ({"at_least": "3"}, "waits: tests[1] needs either at_least or at_most"),
        ({"at_most": '"many"'}, "waits: tests[1].at_most must be a number"),
        ({"at_most": "true"}, "waits: tests[1].at_most must be a number"),
        ({"role": '"perhaps"'}, 'waits: tests[1].role must be one of must, limit, not "perhaps"'),
        ({"role": '"limit"'}, 'waits: tests needs one with the role "must": what decides the claim'),
        ({"weight": "3"}, "waits: tests[1].weight is not known here; known are: at_least, at_most, metric, of, per,"),
        ({"metric": None}, "waits: tests[1].metric is missing"),
        ({"of": '{server = "a"}'}, "waits: tests[1].of.experiment must name one experiment"),
        ({"of": '{experiment = "load"}'}, 'waits: experiments does not name "load", on which a test stands'),
        ({"of": '{experiment = "waits", server = []}'}, "waits: tests[1].of.server must be a text, a number or a list"),
        ({"per": '{server = ["a"]}'}, "waits: tests[1].per.server must be a text or a number"),
        ({"says": '{en = "only"}'}, "waits: tests[1].says.es is missing"),
        ({"says": '{en = "a", es = "b", fr = "c"}'}, "waits: tests[1].says.fr is not known here"),
    ],
)
def test_a_mistake_in_a_test_is_named(tmp_path: Path, changes: dict[str, str | None], complaint: str) -> None:
    with pytest.raises(DeployError) as caught:
        claim(tmp_path, comparison(**changes))

    assert str(caught.value).startswith(f"claims.toml: {complaint}")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("claims = 3", "holds [[claims]] and nothing else"),
        ("[extra]\n" + CLAIM + TEST, "holds [[claims]] and nothing else"),
        ("[[claims", "not valid TOML"),
        (CLAIM + TEST + CLAIM.replace("number = 1", "number = 2") + TEST, "two claims have the id waits"),
        (CLAIM + TEST + CLAIM.replace('"waits"\n', '"more"\n') + TEST, "two claims have the number 1"),
        (CLAIM.replace("number = 1", "number = true") + TEST, "waits: number must be a whole number"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "claims.toml"
    file.write_text(text)

    with pytest.raises(DeployError) as caught:
        load(file)

    assert complaint in str(caught.value)


def test_claims_come_by_their_number(tmp_path: Path) -> None:
    file = tmp_path / "claims.toml"
    file.write_text(CLAIM.replace("number = 1", "number = 9").replace('"waits"\n', '"more"\n') + TEST + CLAIM + TEST)

    assert [read.number for read in load(file)] == [1, 9]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match="cannot be read: No such file"):
        load(tmp_path / "claims.toml")
