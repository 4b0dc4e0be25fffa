"""What a tree of processes uses and holds, read from /proc."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from deploy.lab.trials import Usage

PROC = Path("/proc")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# In the hexadecimal of /proc/net/tcp.
LISTENING = "0A"
# What reading the files of a process that has just ended gives.
VANISHED = (FileNotFoundError, ProcessLookupError)


def tree(roots: Iterable[int]) -> list[int]:
    """The processes of ``roots`` that live, with all that stem from them; roots first. The dead that nobody has waited
    for yet count as dead."""
    parents = {pid: fields[1] for pid, fields in _all_fields() if fields[0] not in "ZX"}
    found = [pid for pid in dict.fromkeys(roots) if pid in parents]
    for pid in found:  # which grows meanwhile
        found += [child for child, parent in parents.items() if int(parent) == pid and child not in found]
    return found


def in_sessions(leaders: Iterable[int]) -> list[int]:
    """The living processes of the sessions that ``leaders`` began: their orphans stay in them."""
    wanted = {str(leader) for leader in leaders}
    return [pid for pid, fields in _all_fields() if fields[0] not in "ZX" and fields[3] in wanted]


def usage(pids: Iterable[int]) -> Usage:
    """What these processes have used and hold, their dead children's processor time included."""
    cpu, pss, threads, files, count = 0.0, 0, 0, 0, 0
    for pid in pids:
        with contextlib.suppress(*VANISHED):
            used = cpu_seconds(pid)
            memory = pss_kib(pid)
            held = sum(1 for _name in os.scandir(PROC / str(pid) / "fd"))
            threads += sum(1 for _name in os.scandir(PROC / str(pid) / "task"))
            cpu, pss, files, count = cpu + used, pss + memory, files + held, count + 1
    return Usage(cpu_seconds=cpu, pss_kib=pss, threads=threads, open_files=files, processes=count)


def cpu_seconds(pid: int) -> float:
    """Processor time of a process with all its threads, dead ones too, and of the children it has waited for."""
    fields = _fields(pid)
    return own_cpu_seconds(pid) + (int(fields[13]) + int(fields[14])) / TICKS_PER_SECOND


def own_cpu_seconds(pid: int) -> float:
    """The same without children, from the process's clock: it counts nanoseconds where /proc counts hundredths of a
    second. Raises ProcessLookupError."""
    try:
        # The clock that clock_getcpuclockid(3) gives: the process's number, inverted, and "what the scheduler counted".
        return time.clock_gettime((~pid << 3) | 2)
    except OSError as error:
        raise ProcessLookupError(pid) from error


def pss_kib(pid: int) -> int:
    """Proportional memory: what several processes share counts for each by its part only."""
    text = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Pss: +(\d+) kB", text, re.MULTILINE)
    return int(found.group(1)) if found else 0


def listens(port: int, pids: Iterable[int]) -> bool:
    """Whether one of the processes, and not somebody else, holds a listening TCP socket of that port."""
    wanted = {f"socket:[{inode}]" for inode in _listening(port)}
    return bool(wanted) and any(name in wanted for pid in pids for name in _open_names(pid))


def _listening(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(FileNotFoundError):
            for line in (PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rsplit(":", 1)[1], 16) == port:
                    yield fields[9]


def _open_names(pid: int) -> Iterator[str]:
    with contextlib.suppress(*VANISHED):
        for path in (PROC / str(pid) / "fd").iterdir():
            with contextlib.suppress(*VANISHED):
                yield str(path.readlink())


def _all_fields() -> Iterator[tuple[int, list[str]]]:
    for path in PROC.iterdir():
        if path.name.isdecimal():
            with contextlib.suppress(*VANISHED):
                yield int(path.name), _fields(int(path.name))


def _fields(pid: int) -> list[str]:
    """/proc/PID/stat from the third field on (state, parent, group, session ...): the second, the program's name, may
    hold blanks and brackets."""
    stat = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    return stat.rpartition(")")[2].split()
