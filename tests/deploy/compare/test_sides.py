from __future__ import annotations

import pytest
from django.test import Client

from deploy import topology
from deploy.compare import sides, words
from deploy.meanings import QUESTIONS


def test_two_topologies_are_aligned_by_who_answers() -> None:
    groups = sides.side_by_side(topology.load("split"), topology.load("all_asgi"))
    assert len(groups) == 4
    pages = {row.meaning: row for row in groups[1].rows}
    assert pages["Server"].left[0].value == "Gunicorn (wsgi)"
    assert pages["Server"].right[0].value == "Uvicorn (asgi)"
    assert all(setting.reason for setting in pages[words.meaning("processes")].left)


def test_a_topology_beside_itself_does_not_differ() -> None:
    split = topology.load("split")
    assert not any(row.differs for group in sides.side_by_side(split, split) for row in group.rows)


def test_every_pair_of_topologies_can_be_compared() -> None:
    split = topology.load("split")
    for name in topology.names():
        assert all(group.rows for group in sides.side_by_side(split, topology.load(name)))


def test_every_question_has_its_words_in_the_readers_language() -> None:
    assert set(QUESTIONS) <= set(words.MEANINGS)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("", "", ("split", "all_asgi")),
        ("all_wsgi", "", ("all_wsgi", "split")),
        ("nothing", "../../etc", ("split", "all_asgi")),
        ("split", "split", ("split", "split")),
    ],
)
def test_what_is_asked_for_is_compared_where_there_is_such(left: str, right: str, expected: tuple[str, str]) -> None:
    assert sides.choose(left, right, topology.names()) == expected


@pytest.mark.django_db
def test_the_page_shows_both_and_every_way_of_running(client: Client) -> None:
    shown = client.get("/compare/topologies/?a=split&b=split_uvicorn").content.decode()
    for name in topology.names():
        assert f"python -m deploy up {name}</code>" in shown
    assert "split and split_uvicorn" in shown
    assert "worker says nothing for this long" in " ".join(shown.split()) or "timeout = 30" in shown
