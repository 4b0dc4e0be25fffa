"""What `python -m deploy list`, `show` and `diff` print."""

import pytest

from deploy import topology
from deploy.__main__ import main


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def test_the_list_has_every_topology_with_its_title(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "list").splitlines()
    assert [line.split()[0] for line in lines] == topology.names()
    assert all(len(line.split()) > 2 for line in lines)


@pytest.mark.parametrize("name", topology.names())
def test_a_topology_is_shown_with_its_settings_and_why(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(capsys, "show", name)
    assert topology.load(name).title in shown
    assert "    time-out " in shown
    assert "told to stop by SIG" in shown


def test_what_differs_stands_side_by_side_and_the_rest_is_only_named(capsys: pytest.CaptureFixture[str]) -> None:
    told = printed(capsys, "diff", "split", "split_uwsgi")
    assert "wsgi: time-out\n  split        timeout = 30\n" in told
    assert "\n  split_uwsgi  harakiri = 30\n" in told
    differing, _, alike = told.partition("the same: ")
    assert "asgi:" not in differing
    assert "asgi: ping" in " ".join(alike.split())


def test_a_process_that_only_one_has_is_told_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    told = printed(capsys, "diff", "split", "all_asgi")
    assert "route /\n  split     wsgi\n  all_asgi  asgi\n" in told
    assert "wsgi: processes\n  split     workers = " in told
    assert "\n  all_asgi  no such process\n" in told


def test_two_that_are_one_do_not_differ(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "diff", "split", "split").split("\n\n")[1].startswith("the same: ")


def test_an_unknown_topology_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "split", "splat"]) == 2
    assert capsys.readouterr().err.startswith('deploy: there is no topology "splat"; there are: all_asgi, ')
