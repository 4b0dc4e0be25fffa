"""``python -m deploy.lab.chat``: measures the chat, tells what came of it beside what was promised, and keeps it."""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from deploy.errors import DeployError
from deploy.lab import generator, machine, running
from deploy.lab.chat import telling
from deploy.lab.chat.measuring import FULL, QUICK, Cell, Scale
from deploy.lab.chat.postgres import Cluster, cluster
from deploy.lab.chat.stations import Station, stations
from deploy.lab.chat.subjects import Chat, Subjects
from deploy.lab.progress import Progress, spoken
from deploy.lab.running import ROOT
from deploy.lab.trials import Flawed, Unavailable

DATABASES = ("postgres", "sqlite")
NOTHING_MEASURED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    scale = QUICK if options.quick else FULL
    try:
        # Before anything is started, so that a machine without a compiler says so at once.
        generator.generator_path()
        _allow_files()
        described, cells, failures = machine.describe(), list[Cell](), list[str]()
        with contextlib.suppress(KeyboardInterrupt), _pinned() as (core, cpu):
            _measure(options.database or DATABASES, options.only, scale, core, cpu, cells, failures)
    except DeployError as error:
        print(f"bench-chat: {error}", file=sys.stderr)
        return NOTHING_MEASURED
    for line in telling.tell(cells, failures):
        print(line)
    if not cells:
        return NOTHING_MEASURED
    path = telling.write(options.data / "chat-bench", cells, failures, scale, described)
    print(f"\nkept in {path}")
    return 0


def _measure(
    databases: Sequence[str],
    only: str,
    scale: Scale,
    core: int | None,
    cpu: int | None,
    cells: list[Cell],
    failures: list[str],
) -> None:
    """Fill ``cells`` round by round, so that there is something to tell even after Ctrl-C."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(running.own_folder())
        started = _postgres(stack, core, failures) if "postgres" in databases else None
        subjects = Subjects(folder, core=core, cluster=started)
        chats = [
            _prepared(subjects, name, scale.speakers) for name in databases if name != "postgres" or started is not None
        ]
        if not chats:
            raise DeployError("there is no database to measure the chat on")
        planned = stations(subjects, chats, _redis(stack, subjects, failures), scale, cpu)
        chosen = [station for station in planned if only in station.name]
        progress = Progress(scale.rounds * sum(station.seconds for station in chosen))
        stack.callback(progress.close)
        progress.say(f"{scale.rounds} rounds of {len(chosen)} starts, about {spoken(progress.seconds_left())}")
        for _round in range(scale.rounds):
            for station in chosen:
                _visit(station, progress, cells, failures)


def _visit(station: Station, progress: Progress, cells: list[Cell], failures: list[str]) -> None:
    progress.now(station.name)
    try:
        for cell in station.measure():
            cells.append(cell)
    except (DeployError, Flawed, Unavailable) as error:
        failures.append(f"{station.name}: {error}")
        progress.say(failures[-1])
    progress.over(station.seconds)


def _prepared(subjects: Subjects, database: str, speakers: int) -> Chat:
    print(f"preparing a chat with {speakers} guests on {database}", file=sys.stderr, flush=True)
    try:
        return subjects.prepare(database, speakers=speakers)
    except Flawed as error:
        raise DeployError(f"the chat on {database} cannot be prepared: {error}") from error


def _postgres(stack: contextlib.ExitStack, core: int | None, failures: list[str]) -> Cluster | None:
    try:
        return stack.enter_context(cluster(core=core))
    except (Unavailable, Flawed) as error:
        failures.append(str(error))
        return None


def _redis(stack: contextlib.ExitStack, subjects: Subjects, failures: list[str]) -> str | None:
    try:
        return stack.enter_context(subjects.redis())
    except (Unavailable, Flawed) as error:
        failures.append(str(error))
        return None


@contextlib.contextmanager
def _pinned() -> Iterator[tuple[int | None, int | None]]:
    """The server's core and the client's; this process keeps to the client's meanwhile."""
    usable = os.sched_getaffinity(0)
    core, own = (min(usable), max(usable)) if len(usable) > 1 else (None, None)
    if own is not None:
        os.sched_setaffinity(0, {own})
    try:
        yield core, own
    finally:
        os.sched_setaffinity(0, usable)


def _allow_files() -> None:
    """As many open files as may be, for the servers that are started from here, too."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.lab.chat", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a look that proves nothing: few sockets, one short round")
    parser.add_argument("--database", action="append", choices=DATABASES, help="measure this one (default: both)")
    parser.add_argument("--only", default="", metavar="WORD", help='only starts with this in their name: "fan-out"')
    default = Path(os.environ.get("DATA_DIR") or ROOT / "var")
    parser.add_argument("--data", type=Path, default=default, help="where the figures are kept (default: var)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
