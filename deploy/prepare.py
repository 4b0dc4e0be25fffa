"""Everything a fresh data folder needs before its processes start. Safe to run again: it does what is missing."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from deploy.errors import DeployError
from deploy.plan import ROOT, prepare_folder

TRUE = {"1", "true", "yes", "on"}


# What sample_goods leaves behind while prints are still to be drawn: its next run goes on.
UNFINISHED = ".sample_goods_unfinished"


def prepare(data: Path, *, first: int | None = None) -> None:
    """Run each step, with its time. One Django process for all: starting Django costs more than most steps.

    ``first``: draw only so many sample prints, and leave a note for ``fill`` to draw the others while the site runs.
    """
    data = prepare_folder(data)
    _set_up(data)
    steps: dict[str, Callable[[], None]] = {
        "translations": compile_translations,
        "database": lambda: _command("migrate", "--no-input"),
        "static files": lambda: _command("collectstatic", "--no-input"),
    }
    if os.environ.get("SAMPLE_GOODS", "true").lower() in TRUE:
        steps["sample goods"] = lambda: _sample_goods(data, first)
    steps["staff account"] = lambda: _command("ensure_staff", verbosity=1)
    with _lock(data):
        for name, step in steps.items():
            started = time.monotonic()
            step()
            print(f"prepare | {name}: {time.monotonic() - started:.1f} s", flush=True)


def _set_up(data: Path) -> None:
    os.environ["DATA_DIR"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.path.insert(0, str(ROOT))


def compile_translations() -> None:
    """Each .po whose .mo is missing or older; an image that holds both already is left alone."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted((ROOT / "config" / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with open(source, "rb") as file:
            catalogue = read_po(file)
        draft = target.with_suffix(f".mo.{os.getpid()}")
        with open(draft, "wb") as file:
            write_mo(file, catalogue)
        draft.replace(target)


def fill(data: Path) -> None:
    """Draw the sample prints that ``prepare`` left for later."""
    _set_up(prepare_folder(data))
    _command("sample_goods", "--if-empty", verbosity=1)


def wants_filling(data: Path) -> bool:
    return (data / "media" / UNFINISHED).exists()


def _sample_goods(data: Path, first: int | None) -> None:
    count = os.environ.get("SAMPLE_GOODS_COUNT", "")
    if count and not count.isdecimal():
        raise DeployError(f'SAMPLE_GOODS_COUNT must be a number, not "{count}"')
    if count == "0":
        return
    later = first is not None and not count and (wants_filling(data) or _is_empty())
    limit = count or (str(first) if later else "")
    _command("sample_goods", "--if-empty", *(["--count", limit] if limit else []), verbosity=1)
    if later:
        (data / "media" / UNFINISHED).touch()
        print("prepare | the other sample prints are drawn while the site runs", flush=True)


def _is_empty() -> bool:
    from django.apps import apps

    return not apps.get_model("catalogue", "Product").objects.exists()


def _command(name: str, *arguments: str, verbosity: int = 0) -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError, call_command
    from django.db import DatabaseError

    try:
        django.setup()
        call_command(name, *arguments, verbosity=verbosity)
    except (ImproperlyConfigured, CommandError, DatabaseError) as error:
        raise DeployError(f"{name}: {' '.join(str(error).split())}") from error


@contextlib.contextmanager
def _lock(data: Path) -> Iterator[None]:
    with open(data / "run" / "prepare.lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DeployError(f"somebody else is preparing {data} just now") from None
        yield
