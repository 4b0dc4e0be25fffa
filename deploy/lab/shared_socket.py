"""Several processes of a server that knows only one: each inherits the same listening socket.

``python -m deploy.lab.shared_socket --port N --processes N -- WORDS``, where ``{fd}`` among the words becomes the
socket's number. Told to stop, it tells them; when one ends, it stops the others and ends with that one's status.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
from types import FrameType

from deploy import programs
from deploy.errors import DeployError

BACKLOG = 1024


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="shared_socket", description="several processes on one listening socket")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--processes", type=int, required=True)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(arguments)
    try:
        listener = socket.create_server(("127.0.0.1", options.port), backlog=BACKLOG)
    except OSError as error:
        print(f"port {options.port} cannot be listened on: {os.strerror(error.errno or 0)}", file=sys.stderr)
        return 2
    number = str(listener.fileno())
    words = [programs.need(options.command[0], "shared_socket"), *options.command[1:]]
    words = [word.replace("{fd}", number) for word in words]
    started = [subprocess.Popen(words, pass_fds=[listener.fileno()]) for _ in range(options.processes)]
    told: set[int] = set()

    def stop(signal_number: int, frame: FrameType | None) -> None:
        _tell(started, told)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return _watch(started, told)


def _watch(started: list[subprocess.Popen[bytes]], told: set[int]) -> int:
    """The status of the first that ends; the others are told to end too and waited for."""
    process_id, status = os.wait()
    for process in started:
        if process.pid == process_id:
            process.returncode = os.waitstatus_to_exitcode(status)
    _tell(started, told)
    for process in started:
        process.wait()
    code = os.waitstatus_to_exitcode(status)
    return 0 if code in {0, -signal.SIGTERM} else abs(code)


def _tell(started: list[subprocess.Popen[bytes]], told: set[int]) -> None:
    """Each of them once: a second signal means "at once" to a server that is ending what is under way."""
    for process in started:
        if process.returncode is None and process.pid not in told:
            told.add(process.pid)
            process.send_signal(signal.SIGTERM)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except DeployError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
