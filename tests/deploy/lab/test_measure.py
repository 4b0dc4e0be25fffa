"""A whole run, with experiments that take no time: what ends it, and how it goes on."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.lab.results import ResultFolder
from tests.programs import Missing, find_program, skipped_when_missing
from tests.sites import ROOT

pytestmark = pytest.mark.live
PATIENCE_SECONDS = 60
TMPFS_KIB = 192


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the load generator is compiled once for all of these runs."""
    with skipped_when_missing():
        find_program("cc", "build-essential")
    return tmp_path_factory.mktemp("compiled")


class Runs:
    """Runs of the laboratory on one data folder."""

    def __init__(self, data: Path, compiled: Path) -> None:
        self.data = data
        self._environment = {**os.environ, "DATA_DIR": str(compiled)}

    def command(self, *resumed: str) -> list[str]:
        return [sys.executable, "-m", "tests.deploy.lab.fakes", str(self.data), *resumed]

    def start(self, *resumed: str, fakes: str = "", before: list[str] | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*(before or []), *self.command(*resumed)],
            cwd=ROOT,
            env={**self._environment, "FAKES": fakes},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, *resumed: str, fakes: str = "", before: list[str] | None = None) -> tuple[int, str, str]:
        with self.start(*resumed, fakes=fakes, before=before) as process:
            output, errors = process.communicate(timeout=PATIENCE_SECONDS)
        return process.returncode, output, errors

    def interrupt(self, fakes: str, *, after: str, number: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        """Send the signal as soon as a line begins with ``after``."""
        with self.start(fakes=fakes) as process:
            assert process.stdout
            lines: list[str] = []
            while not lines or not lines[-1].startswith(after):
                lines.append(process.stdout.readline())
                assert lines[-1], process.communicate()
            process.send_signal(number)
            output, errors = process.communicate(timeout=PATIENCE_SECONDS)
        return process.returncode, "".join(lines) + output, errors

    @property
    def folder(self) -> ResultFolder:
        (path,) = (self.data / "lab" / "results").iterdir()
        return ResultFolder(path)

    def read(self, name: str = "run.json") -> dict[str, Any]:
        return self.folder.read_json(name)


@pytest.fixture
def runs(tmp_path: Path, compiled: Path) -> Runs:
    return Runs(tmp_path / "data", compiled)


def test_a_run_leaves_a_folder_that_says_everything(runs: Runs) -> None:
    status, output, errors = runs.finish()

    assert status == 0, errors
    head = runs.read()
    assert head["complete"]
    assert (head["profile"], head["seed"], head["chosen"]) == ("quick", 5, ["waits"])
    assert head["machine"]["cores"] >= 1
    assert head["versions"]["Django"]
    assert head["generator"]["requests_per_second"] > 1000
    assert head["ended_at"] >= head["started_at"]
    assert len(runs.folder.samples()) == 12
    assert len(runs.read("summary.json")["cells"]) == 12
    assert len(runs.read("verdicts.json")["claims"]) == 23
    assert (runs.folder.path / "configurations" / "servers.toml").exists()
    assert "wide intervals, not to be quoted" in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_is_kept_and_goes_on_where_it_was(runs: Runs, number: signal.Signals) -> None:
    status, output, _errors = runs.interrupt("seconds=0.3", after="measuring", number=number)

    assert status == 130
    assert f"python -m deploy measure --resume {runs.folder.path.name}" in output
    assert not runs.read()["complete"]
    before = runs.folder.samples()

    assert runs.finish(runs.folder.path.name)[0] == 0
    assert runs.read()["complete"]
    assert len(runs.read()["resumed"]) == 1
    samples = runs.folder.samples()
    assert len(samples) == len({(sample.step, sample.cell) for sample in samples}) == 12
    whole = [sample for sample in before if sum(other.step == sample.step for other in before) == 2]
    assert samples[: len(whole)] == whole


def test_ctrl_c_leaves_no_server_behind(runs: Runs) -> None:
    status, output, _errors = runs.interrupt("server=1 seconds=60", after="measuring")

    assert status == 130
    pids = [int(word) for line in output.splitlines() if line.startswith("pids") for word in line.split()[1:]]
    assert len(pids) == 3
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []


def test_a_complete_run_has_nothing_to_resume(runs: Runs) -> None:
    runs.finish(fakes="trials=1")

    status, _output, errors = runs.finish(runs.folder.path.name)

    assert status == 2
    assert errors == f"deploy: {runs.folder.path.name} is complete: there is nothing to resume\n"


def test_a_run_with_other_loads_is_not_gone_on_with(runs: Runs) -> None:
    runs.interrupt("seconds=0.3", after="measuring")
    head = runs.read()
    head["scale"]["load_seconds"] = 77
    runs.folder.write_json("run.json", head)

    status, _output, errors = runs.finish(runs.folder.path.name)

    assert status == 2
    assert "begin a new run" in errors


def test_two_runs_at_once_would_measure_each_other(runs: Runs) -> None:
    (runs.data / "lab").mkdir(parents=True)
    with open(runs.data / "lab" / "measure.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        status, _output, errors = runs.finish()

    assert status == 2
    assert errors.startswith("deploy: something is being measured already")
    assert errors.count("\n") == 1


def test_a_folder_that_cannot_be_written_is_one_line(runs: Runs) -> None:
    runs.data.write_text("a file in its place")

    status, _output, errors = runs.finish()

    assert status == 2
    assert errors.startswith(f"deploy: cannot write to {runs.data}/lab: ")
    assert errors.count("\n") == 1


@contextlib.contextmanager
def small_disk(mount_point: Path) -> Iterator[list[str]]:
    """Words before a command that give it a disk of TMPFS_KIB there, which nobody else sees. Afterwards its files are
    below mount_point.parent/kept."""
    mount_point.mkdir()
    kept = mount_point.parent / "kept"
    script = (
        f"mount -t tmpfs -o size={TMPFS_KIB}k none '{mount_point}' && \"$@\"; status=$?; "
        f"cp -r '{mount_point}' '{kept}'; exit $status"
    )
    unshare = [find_program("unshare", "util-linux"), "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
        raise Missing("unshare --mount", "a kernel that allows it")
    yield [*unshare, "sh", "-c", script, "sh"]


def test_a_full_disk_ends_the_run_in_one_line_and_what_fits_is_kept(runs: Runs) -> None:
    with skipped_when_missing(), small_disk(runs.data) as before:
        status, output, errors = runs.finish(fakes="histogram=2000", before=before)

    assert status == 2
    # What comes before it is the generator's complaint about a busy machine, if that is what it runs on.
    line = errors.splitlines()[-1]
    assert line.startswith("deploy: the disk is full: ")
    assert "python -m deploy measure --resume" in line
    shutil.rmtree(runs.data)
    runs.data = runs.data.parent / "kept"
    samples = runs.folder.samples()
    assert 0 < len(samples) < 12

    assert runs.finish(runs.folder.path.name, fakes="histogram=1")[0] == 0, output
    assert len(runs.folder.samples()) == 12


def command(*words: str, data: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "deploy", *words, "--data", str(data)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["measure", "nonsense"], 'nothing is called "nonsense"'),
        (["measure", "--resume", "nonsense"], 'there is no result "nonsense"'),
        (["measure", "--resume", "x", "waits"], "--resume goes on with what was chosen before"),
        (["verdicts", "nonsense"], 'there is no result "nonsense"'),
    ],
)
def test_bad_input_is_one_clear_line(words: list[str], complaint: str, tmp_path: Path) -> None:
    status, _output, errors = command(*words, data=tmp_path)

    assert status == 2
    assert errors.startswith(f"deploy: {complaint}")
    assert errors.count("\n") == 1


def test_verdicts_are_computed_anew_from_the_samples(runs: Runs) -> None:
    runs.finish(fakes="trials=1")
    for name in ("summary.json", "verdicts.json"):
        (runs.folder.path / name).unlink()

    status, output, _errors = command("verdicts", data=runs.data)

    assert status == 0
    assert "waits gunicorn-sync bare-wsgi number=0 concurrency=4: requests_per_second 20" in output
    assert len(runs.read("verdicts.json")["claims"]) == 23


def test_results_lists_the_runs(runs: Runs) -> None:
    runs.finish(fakes="trials=1")

    status, output, _errors = command("results", data=runs.data)

    assert status == 0
    (line,) = [line for line in output.splitlines() if str(runs.data) in line]
    assert line.split()[:4] == [runs.folder.path.name, "quick", "complete", "waits"]


def test_the_list_names_all_that_can_be_measured(tmp_path: Path) -> None:
    status, output, _errors = command("measure", "--list", data=tmp_path)

    assert status == 0
    for word in ("claim  2", "experiment waits", "server granian-asgi", "peer starlette", "topologies: "):
        assert word in output


def test_a_run_that_began_is_told_as_interrupted_even_after_a_crash(runs: Runs) -> None:
    with runs.start(fakes="seconds=60") as process:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not list(runs.data.glob("lab/results/*/run.json")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.kill()
        process.communicate()

    assert json.loads((runs.folder.path / "run.json").read_text())["complete"] is False
