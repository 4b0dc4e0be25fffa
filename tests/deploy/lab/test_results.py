"""A run's folder: whatever ends the run, what was measured is kept."""

import json
import os
import resource
from pathlib import Path

import pytest

from deploy.errors import DeployError
from deploy.lab import results
from deploy.lab.results import ResultFolder, Sample, Unwritable
from tests.deploy.lab import fake_run
from tests.deploy.lab.examples import sample

SAMPLE = (
    '{"experiment": "x", "server": "y", "peer": "z", "case": {}, "round": 1, "metrics": {"held": 1.5}, "histogram": []}'
    "\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> ResultFolder:
    return ResultFolder.create(tmp_path / "lab" / "results" / "one")


def test_a_sample_comes_back_as_it_was_written(folder: ResultFolder) -> None:
    written = Sample(
        "waits", "uvicorn", "bare-asgi", {"a": 1, "b": 0.5, "c": "x"}, 2, {"p50_ms": 1.5}, [(10, 3)], "late"
    )
    folder.append(written)

    assert folder.samples() == [written]


def test_every_sample_is_on_the_disk_as_soon_as_it_is_measured(folder: ResultFolder) -> None:
    folder.append(sample(1.0))

    assert (folder.path / "samples.jsonl").read_text().count("\n") == 1


def test_a_line_that_was_cut_off_does_not_count(folder: ResultFolder) -> None:
    folder.append(sample(1.0))
    with open(folder.path / "samples.jsonl", "a") as file:
        file.write('{"experiment": "wai')

    assert len(folder.samples()) == 1


def test_a_broken_line_among_others_is_told(folder: ResultFolder) -> None:
    (folder.path / "samples.jsonl").write_text("nonsense\n")

    with pytest.raises(DeployError, match=r"samples\.jsonl, line 1"):
        folder.samples()


def test_a_line_that_is_no_sample_is_told(folder: ResultFolder) -> None:
    (folder.path / "samples.jsonl").write_text('{"histogram": [], "weather": "fine"}\n')

    with pytest.raises(DeployError, match="no sample"):
        folder.samples()


def test_a_step_that_was_cut_short_is_forgotten_and_the_whole_ones_stay(folder: ResultFolder) -> None:
    for step in ("whole", "half"):
        folder.append(Sample("waits", "uvicorn", "bare-asgi", {}, 1, {}, step=step))
    folder.append_done("whole", {}, 1.5)
    folder.append_done("missing", {"mod_wsgi": "is missing"}, 0)
    with open(folder.path / "done.jsonl", "a") as file:
        file.write('{"step": "ha')

    folder.forget_unfinished()

    assert [kept.step for kept in folder.samples()] == ["whole"]
    assert folder.done() == {"whole": {}, "missing": {"mod_wsgi": "is missing"}}
    folder.append(sample(1.0))
    assert len(folder.samples()) == 2


def test_a_full_disk_is_one_line(folder: ResultFolder) -> None:
    (folder.path / "samples.jsonl").unlink()
    (folder.path / "samples.jsonl").symlink_to("/dev/full")

    with pytest.raises(Unwritable, match=r"the disk is full: .*one cannot be written"):
        folder.append(sample(2.0))


def test_a_full_disk_leaves_no_half_line(folder: ResultFolder) -> None:
    """The kernel writes what fits, here as far as files may grow, and refuses the rest."""
    folder.append(sample(1.0))
    length = (folder.path / "samples.jsonl").stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length + 10, hard))
    try:
        with pytest.raises(Unwritable):
            folder.append(sample(2.0))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert (folder.path / "samples.jsonl").stat().st_size == length
    folder.append(sample(3.0))
    assert len(folder.samples()) == 2


def test_a_file_is_replaced_whole(folder: ResultFolder) -> None:
    folder.write_json("run.json", {"format": 1})
    (folder.path / f".run.json.{os.getpid()}").mkdir()

    with pytest.raises(Unwritable, match="cannot write to"):
        folder.write_json("run.json", {"format": 2})
    (folder.path / f".run.json.{os.getpid()}").rmdir()

    assert folder.read_json("run.json") == {"format": 1}


def test_a_configuration_is_kept_once(folder: ResultFolder) -> None:
    for text in ("one\n", "two\n", "one\n"):
        folder.add_configuration("a.txt", text)

    assert (folder.path / "configurations" / "a.txt").read_text() == "one\ntwo\n"


def test_a_folder_that_is_there_is_not_written_over(folder: ResultFolder) -> None:
    with pytest.raises(DeployError, match="is there already"):
        ResultFolder.create(folder.path)


@pytest.mark.parametrize("place", ["/proc/nothing", "/dev/null/results"])
def test_a_folder_that_cannot_be_made_is_one_line(place: str) -> None:
    with pytest.raises(DeployError, match=f"cannot write to {place}"):
        ResultFolder.create(Path(place))


def finished(data: Path, name: str, started_at: str) -> ResultFolder:
    folder = ResultFolder.create(results.own_folder(data) / name)
    whole = {key: kind() for key, kind in results.HEAD.items()}
    folder.write_json("run.json", {**whole, "format": 1, "started_at": started_at})
    return folder


def test_the_newest_run_is_found_without_a_name(tmp_path: Path) -> None:
    newest = finished(tmp_path, "a", "2026-11-22T12:00:00+00:00")
    finished(tmp_path, "b", "2026-11-21T12:00:00+00:00")

    assert results.find("", tmp_path).path == newest.path


def test_a_run_is_found_by_its_name_and_by_its_path(tmp_path: Path) -> None:
    folder = finished(tmp_path, "a", "2026-11-22")

    assert results.find("a", tmp_path).path == folder.path
    assert results.find(str(folder.path), tmp_path / "elsewhere").path == folder.path


def test_an_unknown_run_is_told_with_the_known_ones(tmp_path: Path) -> None:
    finished(tmp_path, "a", "2026-11-22")

    with pytest.raises(DeployError, match=r'no result "b"; there are: .*a$'):
        results.find("b", tmp_path)


def test_what_is_of_another_format_is_not_read(tmp_path: Path) -> None:
    folder = finished(tmp_path, "a", "2026-11-22")
    folder.write_json("run.json", {"format": 9})

    with pytest.raises(DeployError, match="another format"):
        results.find("a", tmp_path)


def test_a_run_whose_description_is_broken_is_told(tmp_path: Path) -> None:
    folder = finished(tmp_path, "a", "2026-11-22")
    (folder.path / "run.json").write_text("{")

    with pytest.raises(DeployError, match=r"run\.json cannot be read"):
        results.find("a", tmp_path)


def test_figures_are_written_with_as_many_digits_as_they_have(folder: ResultFolder) -> None:
    folder.append(sample(1 / 3))

    line = json.loads((folder.path / "samples.jsonl").read_text())
    assert line["metrics"] == {"requests_per_second": 0.3333333}


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("run.json", "[]", "no object of JSON"),
        ("run.json", '{"format": 1, "name": "one"}', "not whole: it needs profile"),
        ("samples.jsonl", "[1, 2]\n", "line 1 is no object of JSON"),
        ("samples.jsonl", "\udcff\udcfe\n", "line 1"),
        ("samples.jsonl", SAMPLE.replace("{}", "[]"), "case and metrics are objects"),
        ("samples.jsonl", SAMPLE.replace("1.5", "NaN"), "held is nan"),
        ("samples.jsonl", None, "has lost its samples"),
        ("done.jsonl", '{"step": "1"}\n', "no step"),
    ],
)
def test_a_damaged_folder_is_one_line(folder: ResultFolder, name: str, content: str | None, complaint: str) -> None:
    (folder.path / name).unlink(missing_ok=True)
    if content is not None:
        (folder.path / name).write_bytes(content.encode(errors="surrogateescape"))
    read = {"run.json": folder.read_run, "samples.jsonl": folder.samples, "done.jsonl": folder.done}[name]

    with pytest.raises(DeployError, match=complaint):
        read()


def test_a_damaged_run_does_not_hide_the_others(tmp_path: Path) -> None:
    fake_run.write(tmp_path / "lab" / "results", name="whole")
    broken = ResultFolder.create(tmp_path / "lab" / "results" / "broken")
    broken.write("run.json", "{")

    assert results.find("", tmp_path).path.name == "whole"
    assert broken.path in [run.path for run in results.listed(tmp_path)]
