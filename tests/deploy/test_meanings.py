"""The same questions put to every server, answered by its own file."""

import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy import meanings, serve, topology
from deploy.errors import DeployError
from deploy.meanings import NONE, Entry, Meaning, read

TOML = """
# About the file. processes: is no meaning here.
loose = 1

# processes: two of them,
# for two cores.
workers = 2
more = "${MORE:-3}"
# A comment of its own ends that.
other = 4
# ping: none.
# logs: quiet.
no-log = true
"""


def found(name: str, text: str, folder: Path) -> list[Entry]:
    (folder / name).write_text(text, encoding="utf-8")
    return read(folder / name)


def answer(name: str, process: str, question: str, environment: Mapping[str, str] = meanings.NO_VARIABLES) -> Meaning:
    said = meanings.meanings(topology.load(name), environment)
    return next(each for each in said if (each.process, each.meaning) == (process, question))


def test_a_reason_goes_with_the_settings_that_follow_it(tmp_path: Path) -> None:
    assert found("a.toml", TOML, tmp_path) == [
        Entry("processes", "two of them, for two cores.", (("workers", "2"), ("more", '"${MORE:-3}"'))),
        Entry("ping", "none.", ()),
        Entry("logs", "quiet.", (("no-log", "true"),)),
    ]


def test_uwsgis_conditions_are_read_as_what_they_come_to(tmp_path: Path) -> None:
    text = (
        "; processes: so many.\nif-env = MANY\nprocesses = %(_)\nend-if =\nif-not-env = MANY\nprocesses = 5\nend-if =\n"
    )
    assert found("a.ini", text, tmp_path) == [Entry("processes", "so many.", (("processes", "${MANY:-5}"),))]


def test_who_answers_a_question_twice_is_told(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match=r"a.toml: says twice what it has to say of ping"):
        found("a.toml", "# ping: one.\n\n# ping: two.\n", tmp_path)


@pytest.mark.parametrize("name", serve.SERVERS)
def test_every_servers_file_answers_every_question_with_a_reason(name: str) -> None:
    entries = read(serve.SERVERS[name].path)
    interface = "asgi" if "config.asgi:application" in serve.SERVERS[name].command else "wsgi"
    assert {entry.meaning for entry in entries} == set(meanings.questions_of(interface))
    assert all(len(entry.reason.split()) >= 3 for entry in entries)


@pytest.mark.parametrize("name", topology.names())
def test_every_topology_can_be_told(name: str) -> None:
    chosen = topology.load(name)
    said = meanings.meanings(chosen)
    served = [process for process in chosen.processes if process.interface != "worker"]
    assert len(said) == sum(len(meanings.questions_of(process.interface)) for process in served)
    assert not [each for each in said if "os." in each.value or "${" in each.value]


def test_values_are_those_that_take_effect() -> None:
    said = {"WEB_CONCURRENCY": "7"}
    assert answer("split", "wsgi", "processes", said).value == "workers = 7"
    assert answer("split_uwsgi", "wsgi", "processes", said).value.endswith("processes = 7")
    assert answer("all_asgi", "asgi", "processes", said).value == "workers = 7"
    # The topology's word counts more than the shell's.
    assert answer("split_uvicorn", "asgi", "processes", said).value == "workers = 1"
    assert answer("all_asgi", "asgi", "processes", {"WEB_CONCURRENCY": ""}).value == "workers = 2"


def test_a_visitor_learns_nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "10.1.2.3")
    for name in topology.names():
        assert "10.1.2.3" not in str(meanings.meanings(topology.load(name)))


def test_where_nothing_stands_in_front_no_header_is_believed() -> None:
    assert answer("split", "asgi", "proxy trust").value == "proxy-headers = true"
    assert answer("side_by_side", "asgi", "proxy trust").value == NONE


def test_telling_of_gevent_changes_nothing_in_the_process_that_tells() -> None:
    before = threading.Thread
    assert answer("split_gevent", "wsgi", "threads").value == "worker_connections = 50"
    assert threading.Thread is before
    assert "gevent" not in type(threading.Lock()).__module__


def test_the_files_behind_a_topology_are_known() -> None:
    files = [path.name for path in meanings.configuration_files(topology.load("split_hypercorn"))]
    assert files == ["gunicorn-sync.conf.py", "hypercorn.toml"]
