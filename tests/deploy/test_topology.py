"""Topology files are read strictly: every mistake is one line that names the file and the key."""

import signal
from pathlib import Path

import pytest

from deploy import programs, topology
from deploy.errors import DeployError
from deploy.plan import make_plan
from tests.servers import free_port

GOOD = """
title = "A title"
description = "A text."
[front]
process = "web"
[routes]
"/static/" = "web"
"/media/" = "web"
"/ws/" = "web"
"/chat/" = "web"
"/" = "web"
[processes.web]
interface = "asgi"
server = "Any"
command = ["python", "--port", "{port}"]
"""


def load(text: str, folder: Path) -> topology.Topology:
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    return topology.load("mine", folder)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    mine = load(GOOD, tmp_path)
    assert mine.process("web").command == ("python", "--port", "{port}")
    assert mine.routes["/ws/"] == "web"


@pytest.mark.parametrize("name", topology.names())
def test_every_shipped_file_is_good_and_told_in_both_languages(name: str) -> None:
    english, spanish = topology.load(name), topology.load(name, language="es")
    assert english.name == spanish.name == name
    assert english.title != spanish.title
    assert english.description != spanish.description
    assert english.processes == spanish.processes


def test_a_language_that_a_file_does_not_tell_gets_the_first(tmp_path: Path) -> None:
    assert load(GOOD, tmp_path).title == topology.load("mine", tmp_path, language="es").title == "A title"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('title = "A title"', "", "mine.toml: title is missing"),
        ('title = "A title"', "title = 3", "mine.toml: title must be a text in quotes"),
        ('title = "A title"', 'titel = "A title"', "mine.toml: titel is not known here; known are: "),
        ('title = "A title"', "title = ", "mine.toml: not valid TOML: "),
        ("[front]", '[translations.es]\ntitel = "T"\n[front]', "mine.toml: translations.es.titel is not known here"),
        ("[front]", "[translations.es]\ntitle = 3\n[front]", "mine.toml: translations.es.title must be a text"),
        ('process = "web"', 'process = "wbe"', 'mine.toml: front.process there is no process "wbe"'),
        ('process = "web"', 'server = "apache"', 'mine.toml: front.server can be "nginx" only, not "apache"'),
        ('process = "web"', "", 'mine.toml: front needs either "server" or "process"'),
        (
            '"/ws/" = "web"',
            '"/ws/" = "wbe"',
            'mine.toml: routes gives "/ws/" to "wbe", which is no process with a port',
        ),
        ('"/ws/" = "web"', "", "mine.toml: routes says nothing of /ws/"),
        ('"/ws/" = "web"', '"/ws/" = "web"\n"/x/" = "web"', 'mine.toml: routes has an unknown path "/x/"'),
        ('"/media/" = "web"', '"/media/" = "files"', 'mine.toml: routes gives "/media/" to "files"'),
        (
            'interface = "asgi"',
            'interface = "cgi"',
            "mine.toml: processes.web.interface must be one of wsgi, asgi, worker",
        ),
        ('command = ["python", "--port", "{port}"]', "", "mine.toml: processes.web.command is missing"),
        ('command = ["python", "--port", "{port}"]', "command = []", "mine.toml: processes.web.command must be a list"),
        ("{port}", "{port} {pork}", "mine.toml: processes.web.command has an unknown placeholder {pork}"),
        (
            'server = "Any"',
            'server = "Any"\nstop_seconds = -1',
            "mine.toml: processes.web.stop_seconds must be a number",
        ),
        (
            'server = "Any"',
            'server = "Any"\nstop_signal = "SIGTREM"',
            'mine.toml: processes.web.stop_signal must be a signal such as SIGTERM, not "SIGTREM"',
        ),
        (
            'server = "Any"',
            'server = "Any"\nenvironment = {A = 1}',
            "mine.toml: processes.web.environment.A must be a text",
        ),
    ],
)
def test_a_mistake_is_named_with_its_file_and_key(before: str, after: str, says: str, tmp_path: Path) -> None:
    assert before in GOOD
    with pytest.raises(DeployError) as caught:
        load(GOOD.replace(before, after), tmp_path)
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


def test_a_missing_program_is_named_with_what_brings_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "find", lambda name: None)
    with pytest.raises(DeployError, match=r'mine: web needs "gunicorn", which is not installed \(pip install'):
        make_plan(load(GOOD.replace('"python"', '"gunicorn"'), tmp_path), port=free_port(), data=tmp_path)


def test_a_process_is_told_to_stop_in_its_own_way(tmp_path: Path) -> None:
    stopped_by = 'server = "Any"\nstop_signal = "SIGWINCH"'
    assert load(GOOD, tmp_path).process("web").stop_signal == signal.SIGTERM
    plan = make_plan(load(GOOD.replace('server = "Any"', stopped_by), tmp_path), port=free_port(), data=tmp_path)
    assert plan.starts[0].stop_signal == signal.SIGWINCH


def test_where_nginx_is_missing_the_split_becomes_two_ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = programs.find
    monkeypatch.setattr(programs, "find", lambda name: None if name == "nginx" else found(name))
    port = free_port()
    plan = make_plan(topology.load("split"), port=port, data=tmp_path)
    starts = {start.name: start for start in plan.starts}
    assert plan.notes == ("nginx is not installed: split becomes side_by_side",)
    assert starts["wsgi"].port == port
    assert starts["wsgi"].environment["SERVE_FILES"] == "true"
    assert starts["wsgi"].environment["LIVE_URL"] == f"ws://localhost:{starts['asgi'].port}"


def test_nginx_is_told_of_nothing_that_would_break_its_file(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match="nginx cannot be told of"):
        make_plan(topology.load("split"), port=free_port(), data=tmp_path / "a folder; with words")
