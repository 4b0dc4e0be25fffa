"""What a tree of processes uses and holds."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from deploy.lab import processes
from tests.programs import free_port

# A parent with one child, which both wait for the end of the standard input.
FAMILY = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=sys.stdin)
print(child.pid, flush=True)
child.wait()
"""
BURN = "import time\nend = time.process_time() + {}\nwhile time.process_time() < end: pass\n"


@contextlib.contextmanager
def python(script: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(10)


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_the_tree_has_the_children_and_not_the_dead() -> None:
    with python(FAMILY) as process:
        child = int(said(process))
        assert processes.tree([process.pid]) == [process.pid, child]

    assert processes.tree([process.pid, child]) == []


def test_what_a_dead_child_used_counts_once_it_is_waited_for() -> None:
    script = (
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN.format(0.3)!r}])\nprint(1, flush=True)\n"
    )
    with python(script + "sys.stdin.read()") as process:
        said(process)
        used = processes.usage(processes.tree([process.pid]))

    assert 0.3 <= used.cpu_seconds < 2


def test_processor_time_counts_where_hundredths_of_a_second_do_not() -> None:
    burn = BURN.format(0.004)
    script = f"import sys\nprint(1, flush=True)\nsys.stdin.readline()\n{burn}print(2, flush=True)\n"
    with python(script + "sys.stdin.read()") as process:
        said(process)
        before = processes.cpu_seconds(process.pid)
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
        said(process)
        used = processes.cpu_seconds(process.pid) - before

    assert 0.004 <= used < 0.01


def test_threads_files_and_memory_are_counted() -> None:
    script = (
        "import sys, threading, time\n"
        "held = bytearray(b'x') * (64 * 1024 * 1024)\n"
        "files = [open('/dev/null') for _ in range(50)]\n"
        "for _ in range(3): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "print(1, flush=True)\nsys.stdin.read()"
    )
    with python(script) as process:
        said(process)
        used = processes.usage([process.pid])

    assert used.threads == 4
    assert used.processes == 1
    assert 53 <= used.open_files < 70
    assert 64 * 1024 <= used.pss_kib < 110 * 1024


def test_a_process_that_is_gone_uses_nothing() -> None:
    with python("") as process:
        pass

    assert processes.usage([process.pid]).processes == 0
    with pytest.raises(ProcessLookupError):
        _read_until_gone(process.pid)


def _read_until_gone(pid: int) -> None:
    try:
        processes.cpu_seconds(pid)
    except FileNotFoundError as error:
        raise ProcessLookupError from error


def test_who_listens_on_a_port_is_known() -> None:
    port = free_port()
    script = (
        f"import socket, sys\ns = socket.create_server(('127.0.0.1', {port}))\nprint(1, flush=True)\nsys.stdin.read()"
    )
    with python(script) as process, socket.create_server(("127.0.0.1", 0)) as ours:
        said(process)

        assert processes.listens(port, [process.pid])
        assert not processes.listens(ours.getsockname()[1], [process.pid])
        assert not processes.listens(free_port(), [process.pid])


def test_orphans_are_found_by_their_session() -> None:
    script = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    with process:
        orphan = int(said(process))
        process.wait(10)
    try:
        assert processes.tree([process.pid]) == []
        assert processes.in_sessions([process.pid]) == [orphan]
    finally:
        subprocess.run(["kill", str(orphan)], check=True)
        deadline = time.monotonic() + 5
        while processes.in_sessions([process.pid]) and time.monotonic() < deadline:
            time.sleep(0.02)
