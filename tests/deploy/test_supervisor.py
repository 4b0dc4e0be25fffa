"""A running site: it starts, heals, and leaves nothing behind. Nothing of the shop itself is looked at here."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

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


def test_a_process_that_keeps_dying_brings_the_site_down(tmp_path: Path) -> None:
    with site(env={"SAMPLE_GOODS": "false"}, data_dir=tmp_path) as running:
        everything = children_of({running.supervisor.pid})
        deadline = time.monotonic() + 60
        while running.supervisor.poll() is None and time.monotonic() < deadline:
            if (pid := running.processes.get("worker")) is not None and _state(pid) not in {"", "Z"}:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.1)
        assert running.supervisor.returncode == 1
        assert "worker was ended by SIGKILL, for the 6th time within a minute" in running.log
        wait_until_gone(everything, 1)


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
