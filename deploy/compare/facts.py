"""What a process is made of and costs, as /proc tells it. Where there is no /proc, less is known."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import platform
import re
import sys
import threading
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from config.served_by import server_name

PROC = Path("/proc/self")
DISTRIBUTIONS = {"Gunicorn": "gunicorn", "Daphne": "daphne", "django-tasks": "django-tasks-db", "uWSGI": "pyuwsgi"}
PASSWORD_IN_URL = re.compile(r"(?<=://)[^\s/@]+@")
SECRET_OPTION = re.compile(r"((?:password|secret|token|key)[\w-]*[= ])\S+", re.IGNORECASE)


def read_facts() -> dict[str, Any]:
    """``memory_kib`` is proportional: memory that workers share counts once over all of them."""
    times = os.times()
    return {
        "threads": threading.active_count(),
        "memory_kib": _memory_kib(),
        "open_files": _open_files(),
        "cpu_seconds": round(times.user + times.system, 1),
        "python": platform.python_version(),
        "django": django.get_version(),
        "server_version": _server_version(),
        "topology": settings.TOPOLOGY,
    }


def read_command() -> str:
    """The command line as it was typed: without the machine's folders, and without anything secret."""
    try:
        words = (PROC / "cmdline").read_text(errors="replace").split("\0")
    except OSError:
        words = [sys.executable, *sys.argv]
    if len(words) > 1 and words[1].startswith("/"):
        # A script of the virtual environment: its own name says enough.
        del words[0]
    shown = " ".join(Path(word).name if word.startswith("/") else word for word in words if word)
    return SECRET_OPTION.sub(r"\1…", PASSWORD_IN_URL.sub("…@", shown))[:1000]


def _memory_kib() -> int | None:
    with contextlib.suppress(OSError):
        for line in (PROC / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return None


def _open_files() -> int | None:
    try:
        return sum(1 for _ in (PROC / "fd").iterdir())
    except OSError:
        return None


def _server_version() -> str:
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version(DISTRIBUTIONS.get(server_name(), server_name()))
    return ""
