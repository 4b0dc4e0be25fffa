"""A process tells of itself, and tells nothing secret."""

import os
import threading
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from deploy.compare import facts, heartbeat
from deploy.compare.models import RunningProcess


@pytest.mark.django_db
def test_a_beat_writes_one_row_and_the_next_one_renews_it(settings: Settings) -> None:
    settings.PROCESS_NAME = "wsgi"
    now = timezone.now()
    first = heartbeat.beat(now)
    second = heartbeat.beat(now)
    assert first.pk == second.pk
    assert second.seen_at > first.seen_at
    assert (second.role, second.pid) == ("wsgi", os.getpid())
    assert second.facts["memory_kib"] > 1000
    assert second.facts["open_files"] > 2


@pytest.mark.django_db
def test_a_beat_clears_the_rows_of_processes_that_are_gone(settings: Settings) -> None:
    settings.PROCESS_NAME = "wsgi"
    now = timezone.now()
    gone = RunningProcess.objects.create(
        host="old", pid=1, role="wsgi", server="", command="", started_at=now, seen_at=now - timedelta(minutes=1)
    )
    heartbeat.beat(now)
    assert not RunningProcess.objects.filter(pk=gone.pk).exists()


def test_a_process_that_nobody_named_does_not_beat(settings: Settings) -> None:
    settings.PROCESS_NAME = ""
    heartbeat.start()
    assert "heartbeat" not in [thread.name for thread in threading.enumerate()]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (["/opt/venv/bin/gunicorn", "--bind", "0.0.0.0:8000"], "gunicorn --bind 0.0.0.0:8000"),
        (["app", "postgres://ambos:sesame@db/ambos"], "app postgres://…@db/ambos"),
        (["app", "--password=sesame", "--secret-key", "sesame"], "app --password=… --secret-key …"),
    ],
)
def test_a_command_is_shown_without_folders_and_secrets(
    typed: list[str], shown: str, monkeypatch: pytest.MonkeyPatch, tmp_path: "os.PathLike[str]"
) -> None:
    from pathlib import Path

    folder = Path(tmp_path)
    (folder / "cmdline").write_text("\0".join(typed) + "\0")
    monkeypatch.setattr(facts, "PROC", folder)
    assert facts.read_command() == shown


def test_without_proc_less_is_known_and_nothing_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: "os.PathLike[str]"
) -> None:
    from pathlib import Path

    monkeypatch.setattr(facts, "PROC", Path(tmp_path))
    known = facts.read_facts()
    assert known["memory_kib"] is None
    assert known["open_files"] is None
    assert known["python"]
