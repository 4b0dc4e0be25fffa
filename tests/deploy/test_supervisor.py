"""A running site: it starts, heals, and leaves nothing behind. Nothing of the shop itself is looked at here."""

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from deploy.errors import DeployError
from deploy.supervisor import backoff_seconds, seconds_from_environment
from tests.servers import Site, free_port, site
from tests.sites import ROOT

pytestmark = pytest.mark.live


@pytest.fixture
def running() -> Iterator[Site]:
    with site(env={"SAMPLE_GOODS": "false"}) as started:
        yield started


def children_of(pids: set[int]) -> set[int]:
    """These processes and everything below them."""
    found = set(pids)
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except FileNotFoundError:
            continue
        if parent in pids:
            found |= children_of({int(path.parent.name)})
    return found


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if _state(pid) not in {"", "Z"}}


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return ""


def wait_until_gone(pids: set[int], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(pids)


def test_sigterm_stops_every_process_and_says_so(running: Site) -> None:
    everything = children_of({running.supervisor.pid})
    assert len(everything) > len(running.processes)
    assert running.stop() == 0
    wait_until_gone(everything, 1)
    assert "everything has stopped" in running.log


def test_a_killed_supervisor_leaves_no_process_behind(running: Site) -> None:
    everything = children_of({running.supervisor.pid})
    running.supervisor.kill()
    running.supervisor.wait()
    wait_until_gone(everything)


@pytest.mark.parametrize("name", ["asgi", "wsgi"])
def test_a_killed_process_is_started_again_with_nothing_left_of_the_old_one(running: Site, name: str) -> None:
    before = running.processes[name]
    workers = children_of({before})
    running.restart(name)
    assert running.processes[name] != before
    assert not alive(workers)
    door = running.asgi_url if name == "asgi" else running.wsgi_url
    with urlopen(f"{door}/readyz") as answer:
        assert answer.status == 200
    assert f"{name} was ended by SIGKILL; it is started again" in running.log


def test_a_process_that_keeps_dying_is_started_again_and_the_others_go_on(running: Site) -> None:
    shop = running.processes["wsgi"]
    for _time in range(3):
        running.restart("worker")
    assert running.supervisor.poll() is None
    assert running.processes["wsgi"] == shop
    delays = re.findall(r"worker was ended by SIGKILL; it is started again in ([\d.]+) s", running.log)
    assert delays == ["0.25", "0.5", "1"]


def test_it_is_started_ever_more_slowly_but_never_given_up() -> None:
    delays = [backoff_seconds(deaths) for deaths in range(100)]
    assert delays == sorted(delays)
    assert delays[-1] == 15


def test_a_closed_terminal_ends_the_site_and_leaves_no_process_behind(tmp_path: Path) -> None:
    terminal, other_end = pty.openpty()
    environment = {**os.environ, "SAMPLE_GOODS": "false", "WEB_CONCURRENCY": "1"}
    assert deploy("prepare", "--data", str(tmp_path), SAMPLE_GOODS="false").returncode == 0
    command = [sys.executable, "-m", "deploy", "up", "side_by_side", "--port", "0", "--data", str(tmp_path)]
    supervisor = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=other_end, stdout=other_end, stderr=other_end, start_new_session=True
    )
    os.close(other_end)
    said = b""
    while b"ready: " not in said:
        said += os.read(terminal, 4096)
    everything = children_of({supervisor.pid})
    # Not its controlling terminal here, so the kernel's own SIGHUP is sent by hand.
    os.close(terminal)
    supervisor.send_signal(signal.SIGHUP)
    supervisor.wait(timeout=60)
    wait_until_gone(everything, 1)
    assert not list((tmp_path / "run").glob("*.json"))


def test_a_second_site_on_the_same_data_is_refused(running: Site) -> None:
    done = deploy("up", "split", "--port", "0", "--data", str(running.data_dir))
    assert done.returncode == 2
    assert "something runs already with the data folder" in done.stderr


def deploy(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "deploy", *arguments]
    settings = {**os.environ, **environment}
    return subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False, timeout=60)


def one_line(text: str) -> str:
    assert text.startswith("deploy: ")
    assert text.count("\n") == 1
    return text


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = deploy("up", "split", "--port", str(port), "--data", str(tmp_path))
    assert done.returncode == 2
    assert f"port {port} cannot be used: Address already in use" in one_line(done.stderr)


def test_a_taken_private_port_is_no_obstacle(tmp_path: Path) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port + 1)):
        from deploy.plan import make_plan
        from deploy.topology import load

        plan = make_plan(load("split"), port=port, data=tmp_path)
    assert port + 1 not in [start.port for start in plan.starts]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nosuch",), 'there is no topology "nosuch"; there are: '),
        (("split", "--port", "eighty"), 'PORT must be a number, not "eighty"'),
        (("split", "--port", "70000"), "PORT must be between 1 and 65535, not 70000"),
        (("split", "--data", "/proc/nowhere"), "cannot write to the data folder /proc/nowhere"),
    ],
)
def test_a_wrong_word_is_one_clear_line(arguments: tuple[str, ...], says: str) -> None:
    done = deploy("up", *arguments)
    assert done.returncode == 2
    assert says in one_line(done.stderr)


def test_an_unprepared_folder_is_named_with_what_is_missing(tmp_path: Path) -> None:
    done = deploy("up", "split", "--port", "0", "--data", str(tmp_path), START_SECONDS="4")
    assert done.returncode == 1
    assert "not applied" in done.stdout


@pytest.mark.parametrize(("name", "word"), [("START_SECONDS", "soon"), ("DRAIN_SECONDS", "-1")])
def test_a_time_that_is_none_is_named_before_anything_starts(tmp_path: Path, name: str, word: str) -> None:
    done = deploy("up", "split", "--port", "0", "--data", str(tmp_path), **{name: word})
    assert done.returncode == 2
    assert f'{name} must be a number of seconds, not "{word}"' in one_line(done.stderr)


@pytest.mark.parametrize("word", ["nan", "inf", "-1", "1 s"])
def test_only_a_number_of_seconds_is_one(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("DRAIN_SECONDS", word)
    with pytest.raises(DeployError, match="DRAIN_SECONDS must be a number of seconds"):
        seconds_from_environment("DRAIN_SECONDS", 0)
