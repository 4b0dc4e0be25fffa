"""Subjects start, are measured and stop, and leave nothing behind."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.lab import processes, running, sites
from deploy.lab.bench import Bench, Lacking, bench
from deploy.lab.profiles import QUICK
from deploy.lab.running import Subject
from deploy.lab.sites import Shop
from deploy.lab.trials import Flawed
from tests.programs import free_port

pytestmark = pytest.mark.live
ANSWERS = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response({status})
        self.send_header("Content-Length", "0")
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""


@contextlib.contextmanager
def python(script: str, folder: Path, port: int, *, seconds: float = 10) -> Iterator[Subject]:
    command = [sys.executable, "-c", script, str(port)]
    with running.started(command, {}, port, folder, seconds=seconds) as subject:
        yield subject


def get(port: int, path: str) -> bytes:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("GET", path, headers={"Host": "localhost"})
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.read()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def laboratory(tmp_path: Path) -> Iterator[Bench]:
    with bench(QUICK, tmp_path / "data") as laboratory:
        yield laboratory


def test_a_subject_answers_when_it_is_given_and_is_gone_afterwards(tmp_path: Path, port: int) -> None:
    with python(ANSWERS.format(status=200), tmp_path, port) as subject:
        assert get(port, "/plain") == b""
        pids = subject.pids
        assert subject.is_alive()
        assert subject.usage().processes == 1

    assert processes.tree(pids) == []
    assert not subject.is_alive()


def test_a_server_that_does_not_start_says_its_last_words(tmp_path: Path, port: int) -> None:
    with (
        pytest.raises(Flawed, match=r"ended before it was ready \(status 1\): .*no such luck"),
        python("raise SystemExit('no such luck')", tmp_path, port),
    ):
        pass


def test_a_server_that_answers_wrongly_is_not_ready(tmp_path: Path, port: int) -> None:
    script = ANSWERS.format(status=500)
    with (
        pytest.raises(Flawed, match="the server answered 500 within 1 s"),
        python(script, tmp_path, port, seconds=1),
    ):
        pass


def test_a_server_that_never_listens_is_not_waited_for_for_ever(tmp_path: Path, port: int) -> None:
    with (
        pytest.raises(Flawed, match="the server did not answer within 1 s"),
        python("import time; time.sleep(60)", tmp_path, port, seconds=1),
    ):
        pass


def test_whoever_else_answers_on_the_port_is_not_measured(tmp_path: Path, port: int) -> None:
    script = ANSWERS.format(status=200)
    (tmp_path / "other").mkdir()
    with (
        python(script, tmp_path, port),
        pytest.raises(Flawed, match=f"somebody else answers on port {port}"),
        python("import time; time.sleep(60)", tmp_path / "other", port),
    ):
        pass


def test_a_program_that_is_not_there_is_told(tmp_path: Path, port: int) -> None:
    with (
        pytest.raises(Flawed, match="/nowhere/server cannot be started: No such file"),
        running.started(["/nowhere/server"], {}, port, tmp_path),
    ):
        pass


def test_what_does_not_end_is_killed_in_its_time(tmp_path: Path, port: int) -> None:
    script = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + ANSWERS.format(status=200)
    with python(script, tmp_path, port) as subject:
        took = subject.stop(patience_seconds=0.3)

        assert 0.3 <= took < 2
        assert subject.left_behind == 1
        assert not subject.is_alive()


def test_children_that_outlive_their_server_are_counted_and_killed(tmp_path: Path, port: int) -> None:
    script = "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    with python(script + ANSWERS.format(status=200), tmp_path, port) as subject:
        pids = subject.pids
        took = subject.stop()

    assert len(pids) == 2
    assert subject.left_behind == 1
    assert took < 5
    assert processes.tree(pids) == []


def test_to_stop_twice_says_the_same(tmp_path: Path, port: int) -> None:
    with python(ANSWERS.format(status=200), tmp_path, port) as subject:
        assert subject.stop() == subject.stop()
        assert subject.left_behind == 0


def test_a_server_that_dies_is_seen_to_be_dead(tmp_path: Path, port: int) -> None:
    with python(ANSWERS.format(status=200), tmp_path, port) as subject:
        os.kill(subject.pids[0], signal.SIGKILL)
        deadline = time.monotonic() + 5
        while subject.is_alive() and time.monotonic() < deadline:
            time.sleep(0.01)

        assert not subject.is_alive()
        assert subject.usage().processes == 0


def test_a_setting_of_this_shell_does_not_reach_the_subject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "9")

    environment = running.clean_environment(tmp_path)

    assert "WEB_CONCURRENCY" not in environment
    assert environment["TMPDIR"] == str(tmp_path)


def test_a_peer_runs_under_a_server_on_the_servers_core(laboratory: Bench) -> None:
    with laboratory.start("gunicorn-sync", "bare-wsgi", {"processes": 2}) as subject:
        assert subject.usage().processes == 3
        if laboratory.core is not None:
            assert {frozenset(os.sched_getaffinity(pid)) for pid in subject.pids} == {frozenset({laboratory.core})}
            assert laboratory.core not in os.sched_getaffinity(0)


def test_we_run_where_we_like_again_when_the_laboratory_closes(tmp_path: Path) -> None:
    usable = os.sched_getaffinity(0)
    with bench(QUICK, tmp_path):
        pass

    assert os.sched_getaffinity(0) == usable


def test_a_server_that_is_missing_is_named_with_what_brings_it(
    laboratory: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.lab.servers.missing", lambda part: f"{part.title} is missing: pip package x")
    with (
        pytest.raises(Lacking, match="uWSGI is missing: pip package x") as caught,
        laboratory.start("uwsgi", "bare-wsgi", {}),
    ):
        pass

    assert caught.value.name == "uwsgi"


def test_what_was_started_is_written_down_without_what_differs_from_start_to_start(tmp_path: Path) -> None:
    written: dict[str, set[str]] = {}
    with bench(QUICK, tmp_path, lambda name, text: written.setdefault(name, set()).add(text)) as laboratory:
        for _start in range(2):
            with laboratory.start("gunicorn-sync", "bare-wsgi", {"processes": 1}):
                pass

    (texts,) = written.values()
    assert list(written) == ["gunicorn-sync-bare-wsgi.txt"]
    assert len(texts) == 2
    command = next(text for text in texts if "processes=1" in text)
    assert "gunicorn --worker-class sync --workers 1 --bind 127.0.0.1:PORT" in command
    assert str(running.ROOT) not in command
    assert sys.prefix not in command


def test_the_shop_is_started_with_its_goods_and_counts_its_own_processes_only(
    laboratory: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sites, "GOODS", 1)
    with laboratory.start_site("side_by_side") as subject:
        assert b'class="card' in get(subject.port, "/all/")
        pids = subject.pids
        assert subject.process.pid not in pids
        assert len(pids) >= 3

    assert processes.tree([subject.process.pid, *pids]) == []


def test_a_topology_whose_server_is_missing_is_left_out(
    laboratory: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nginx may not be replaced by another topology behind the back of whoever measures."""
    monkeypatch.setattr(Shop, "_prepared", lambda shop: _empty(tmp_path / "shop"))
    spawn = running.spawn
    script = (
        "import sys\nfrom deploy import __main__ as main, programs\nfind = programs.find\n"
        "programs.find = lambda name: None if name == 'nginx' else find(name)\nsys.exit(main.main())"
    )

    def without_nginx(command: list[str], *rest: Any, **more: Any) -> subprocess.Popen[bytes]:
        return spawn([sys.executable, "-c", script, *command[3:]], *rest, **more)

    monkeypatch.setattr(running, "spawn", without_nginx)
    with pytest.raises(Lacking, match="nginx is missing") as caught, laboratory.start_site("split"):
        pass

    assert caught.value.name == "split"


def test_what_a_topology_refuses_is_told_in_its_own_words(
    laboratory: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shop, "_prepared", lambda shop: _empty(tmp_path / "shop"))
    with (
        pytest.raises(Lacking, match=r'^DRAIN_SECONDS must be a number of seconds, not "soon"$'),
        laboratory.start_site("side_by_side", {"DRAIN_SECONDS": "soon"}),
    ):
        pass


def test_the_shops_data_is_prepared_once_and_anew_when_the_shop_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[Path] = []
    monkeypatch.setattr(sites, "_prepare", prepared.append)
    monkeypatch.setattr(sites, "_fingerprint", lambda: "one")
    first = Shop(tmp_path)._prepared()
    assert Shop(tmp_path)._prepared() == first
    assert len(prepared) == 1

    monkeypatch.setattr(sites, "_fingerprint", lambda: "two")
    assert Shop(tmp_path)._prepared() != first
    assert len(prepared) == 2
    assert not first.exists()


def _empty(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.timeout(20)
def test_a_lock_that_an_interrupt_left_taken_holds_up_no_stop(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "REAP_SECONDS", 0.2)
    with python(ANSWERS.format(status=200), tmp_path, port) as subject:
        # What a KeyboardInterrupt inside Popen.poll() leaves behind.
        subject.process._waitpid_lock.acquire()  # type: ignore[attr-defined]
        subject.stop(patience_seconds=0.1)
        assert not processes.tree([subject.process.pid])


def test_a_program_that_measures_itself_runs_on_the_subjects_core_and_knows_nothing_of_our_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "somebody.elses")
    core = max(os.sched_getaffinity(0))
    tell = "import os; print(os.sched_getaffinity(0), 'DJANGO_SETTINGS_MODULE' in os.environ)"

    assert running.run([sys.executable, "-c", tell], tmp_path, core=core, timeout_seconds=20) == f"{{{core}}} False\n"


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("raise SystemExit('first\\nno such page')", "it failed: no such page"),
        ("while True: pass", "did not end in 1 s"),
    ],
)
def test_a_program_that_fails_or_does_not_end_does_not_count(tmp_path: Path, program: str, why: str) -> None:
    with pytest.raises(Flawed, match=why):
        running.run([sys.executable, "-c", program], tmp_path, core=None, timeout_seconds=1)
