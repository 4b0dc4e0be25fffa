"""A server's file becomes its command."""

from pathlib import Path

import pytest

from deploy import programs, serve
from deploy.__main__ import main
from deploy.errors import DeployError
from deploy.plan import make_plan
from deploy.topology import load
from tests.programs import free_port

# A variable that nobody sets, one that is set and one that is set to nothing.
OPTIONS = """
# A comment.
ping-interval = 20
proxy-headers = true
header = ["A", "B"]
workers = "${WEB_CONCURRENCY:-2}"
root = "${DATA_DIR:-/tmp}/run"
"""


def file_with(text: str, folder: Path) -> Path:
    path = folder / "any.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_options_are_written_as_the_server_knows_them(tmp_path: Path) -> None:
    words = serve.options(file_with(OPTIONS, tmp_path), {"DATA_DIR": "/data", "WEB_CONCURRENCY": ""})
    assert words == [
        "--ping-interval=20",
        "--proxy-headers",
        "--header=A",
        "--header=B",
        "--workers=2",
        "--root=/data/run",
    ]


def test_a_line_can_be_left_out_where_it_would_not_be_true(tmp_path: Path) -> None:
    assert "--proxy-headers" not in serve.options(file_with(OPTIONS, tmp_path), {}, ["proxy-headers"])
    with pytest.raises(DeployError, match=r"any.toml: there is no proxy to be left out"):
        serve.options(file_with(OPTIONS, tmp_path), {}, ["proxy"])


@pytest.mark.parametrize("word", ["false", "{a = 1}", "1979-05-27"])
def test_what_is_no_option_is_named_with_its_file(word: str, tmp_path: Path) -> None:
    with pytest.raises(DeployError, match=r"any.toml: odd must be a text, a number, true, or a list of these"):
        serve.options(file_with(f"odd = {word}", tmp_path), {})


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match=r"any.toml: not valid TOML: "):
        serve.options(file_with("odd =", tmp_path), {})


@pytest.mark.parametrize("name", serve.SERVERS)
def test_every_server_has_its_file_and_a_command_that_names_the_address(name: str) -> None:
    assert serve.SERVERS[name].path.is_file()
    words = serve.command(name, bind="10.0.0.1", port="81", environment={})
    assert "10.0.0.1:81" in words or {"10.0.0.1", "81"} <= set(words) or "tcp:port=81:interface=10.0.0.1" in str(words)
    assert not [word for word in words if "{" in word]


def test_every_file_belongs_to_a_server() -> None:
    assert {path.name for path in serve.FOLDER.glob("*.*")} == {served.file for served in serve.SERVERS.values()}


def test_dry_run_prints_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "hypercorn", "--port", "81", "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("hypercorn --config ")


def test_an_unknown_server_is_one_line_that_names_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "apache"]) == 2
    said = capsys.readouterr().err
    assert said.startswith('deploy: there is no server "apache"; there are: ambos-daphne, daphne, ')
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("topology", "program", "brought_by"),
    [
        ("split_uvicorn", "uvicorn", "make lab"),
        ("split_uwsgi", "uwsgi", "make lab"),
        ("split_mod_wsgi", "mod_wsgi-express", "apt-get install apache2-bin apache2-dev"),
        ("all_wsgi", "nginx", "apt-get install nginx"),
    ],
)
def test_a_topology_whose_server_is_missing_says_what_brings_it(
    topology: str, program: str, brought_by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "find", lambda name: None if name == program else f"/bin/{name}")
    with pytest.raises(DeployError, match=f'needs "{program}", which is not installed .*{brought_by}') as caught:
        make_plan(load(topology), port=free_port(), data=tmp_path)
    assert "\n" not in str(caught.value)


def test_a_missing_module_of_a_servers_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(programs.MODULES, "gunicorn-gevent.conf.py", ("no_such_module", "make lab"))
    monkeypatch.setattr(programs, "find", lambda name: f"/bin/{name}")
    with pytest.raises(DeployError, match='split_gevent: wsgi needs "no_such_module"'):
        make_plan(load("split_gevent"), port=free_port(), data=tmp_path)
