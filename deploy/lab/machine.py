"""What a run was measured on: the machine, what else was busy on it, and the version of everything that took part."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import platform
import re
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

from deploy import programs
from deploy.lab import processes

PROC = Path("/proc")
# Who uses more than this share of a core while nothing is measured yet is named.
BUSY_SHARE = 0.05
LOOK_SECONDS = 0.5
PACKAGES = (
    *("Django", "channels", "asgiref", "daphne", "Twisted", "Flask", "pyramid", "fastapi", "starlette"),
    *("gunicorn", "gevent", "pyuwsgi", "mod_wsgi", "granian", "uvicorn", "hypercorn"),
    *("uvloop", "httptools", "websockets", "wsproto"),
)
# Programs that are not of Python, with the word that makes them say their version.
PROGRAMS = {"nginx": "-v", "apache2": "-v", "cc": "--version"}
GOVERNOR = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")


def describe() -> dict[str, Any]:
    """``run.json``'s ``machine``, as it is before anything is measured."""
    processor = _first(PROC / "cpuinfo", r"model name\s*: (.+)") or platform.processor() or platform.machine()
    memory = _first(PROC / "meminfo", r"MemTotal: +(\d+) kB")
    usable = sorted(os.sched_getaffinity(0))
    return {
        "processor": processor,
        "cores": len(usable),
        "server_core": usable[0] if len(usable) > 1 else None,
        "generator_core": usable[-1] if len(usable) > 1 else None,
        "memory_mib": int(memory) // 1024 if memory else None,
        "system": _first(Path("/etc/os-release"), r'PRETTY_NAME="?([^"\n]+)'),
        "kernel": platform.release(),
        "architecture": platform.machine(),
        "virtual": bool(_first(PROC / "cpuinfo", r"^flags\s*:.*\b(hypervisor)\b")),
        "governor": _first(GOVERNOR, r"(\w+)") or "unknown",
        "load_before": round(os.getloadavg()[0], 2),
        "busy": busy_processes(),
    }


def versions() -> dict[str, str]:
    """The versions of whatever is installed of what can take part."""
    found = {"Python": f"{platform.python_implementation()} {platform.python_version()}"}
    for name in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    for name, word in PROGRAMS.items():
        if (path := programs.find(name)) is not None and (said := _said([path, word])):
            found[name] = said
    return found


def database() -> str:
    return f"SQLite {sqlite3.sqlite_version}"


def busy_processes() -> list[str]:
    """Whoever else uses the processor right now, as "name 12 %": of one core, the busiest first. Not we ourselves."""
    ours = set(processes.tree([os.getpid()]))
    began, before = time.monotonic(), _used()
    time.sleep(LOOK_SECONDS)
    seconds, after = time.monotonic() - began, _used()
    shares = {pid: (after[pid] - before[pid]) / seconds for pid in after if pid in before and pid not in ours}
    busy = sorted((pid for pid in shares if shares[pid] > BUSY_SHARE), key=lambda pid: -shares[pid])
    return [f"{_name(pid)} {100 * shares[pid]:.0f} %" for pid in busy[:10]]


def stolen_seconds() -> float:
    """What the host has taken from this machine's cores since it booted: time for which somebody else ran instead."""
    fields = (PROC / "stat").read_text(encoding="ascii").splitlines()[0].split()
    return int(fields[8]) / processes.TICKS_PER_SECOND if len(fields) > 8 else 0.0


def _used() -> dict[int, float]:
    used = {}
    for path in PROC.iterdir():
        if path.name.isdecimal():
            with contextlib.suppress(OSError):
                used[int(path.name)] = processes.own_cpu_seconds(int(path.name))
    return used


def _name(pid: int) -> str:
    with contextlib.suppress(OSError):
        return (PROC / str(pid) / "comm").read_text(encoding="utf-8", errors="replace").strip()
    return "ended"


def _first(path: Path, pattern: str) -> str:
    with contextlib.suppress(OSError):
        found = re.search(pattern, path.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
        return found.group(1).strip() if found else ""
    return ""


def _said(command: list[str]) -> str:
    """The first line that has a number in it, of what the command says on either output."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if re.search(r"\d", line)]
    return lines[0] if lines else ""
