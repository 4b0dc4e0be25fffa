from pathlib import Path

import pytest

from deploy.lab import handler, servers
from deploy.lab.experiments import handler_cost
from deploy.lab.trials import Unavailable


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        (
            "some.conf.py",
            '"""What\n\nit is for."""\n\n# why\nworkers = 2\n\n\ndef hook():\n    """Says."""\n    pass\n',
            3,
        ),
        ("some.ini", "[uwsgi]\n; why\n\n# why\nmaster = true\n", 2),
        ("some.toml", "# why\nworkers = 2  # and this\n", 1),
    ],
)
def test_lines_of_configuration_are_those_that_do_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, lines: int
) -> None:
    monkeypatch.setattr(handler_cost, "CONFIGURATIONS", tmp_path)
    (tmp_path / name).write_text(text)
    assert handler_cost.configuration_lines("some") == lines


def test_a_server_without_configuration_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler_cost, "CONFIGURATIONS", tmp_path)
    with pytest.raises(Unavailable, match="uvicorn has no configuration"):
        handler_cost.configuration_lines("uvicorn")


def test_every_compared_server_has_a_configuration() -> None:
    assert all(handler_cost.configuration_lines(server) > 3 for server in servers.load())


def test_every_peer_by_hand_has_its_lines() -> None:
    assert handler_cost.code_lines("bare-wsgi")["code_lines"] > 50
    assert handler_cost.code_lines("flask") == {}


@pytest.mark.parametrize("peer", ["bare-wsgi", "bare-asgi"])
def test_a_bare_handler_is_measured_in_this_process(peer: str) -> None:
    (view,) = handler_cost.VIEWS[peer]
    figures = handler.measure(peer, view, 0.05)
    assert figures["requests"] >= handler.BATCH
    assert 0.5 < figures["cpu_us_per_request"] < 1000


def test_a_handler_that_fails_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(handler.OTHER_PATHS, ("bare-wsgi", "sync"), "/nowhere")
    with pytest.raises(SystemExit, match="/nowhere was answered with 404"):
        handler.measure("bare-wsgi", "sync", 0.05)
