"""``python -m tests.soak``: a real site, five hundred sockets and everything that can go wrong; then whether anything
was lost, and whether the asgi process grew."""

# ruff: noqa: T201 - it talks to a terminal

from __future__ import annotations

import argparse
import asyncio
import contextlib
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from tests.programs import Missing, find_program
from tests.servers import ServerFailed, postgres_server, redis_server
from tests.sites import Site, site
from tests.soak.memory import MOST_MIB_A_MINUTE, SHORTEST_SECONDS, growth, plot
from tests.soak.soaking import Soak

MOST_TOLD = 20
T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        with contextlib.ExitStack() as stack:
            soak = _prepare(stack)
            try:
                asyncio.run(soak.run(seconds=options.minutes * 60, sockets=options.sockets, say=_say))
            finally:
                is_good = _tell(soak)
            return 0 if is_good else 1
    except KeyboardInterrupt:
        _say("stopped")
        return 130
    except (Missing, ServerFailed) as error:
        print(f"soak: {error}", file=sys.stderr)
        return 2


def _prepare(stack: contextlib.ExitStack) -> Soak:
    redis, postgres = _entered(stack, redis_server()), _entered(stack, postgres_server(is_durable=True))
    environment = {"SAMPLE_GOODS_COUNT": "1", "WEB_CONCURRENCY": "1"}
    if redis is not None:
        environment["REDIS_URL"] = redis.url
    if postgres is not None:
        environment["DATABASE_URL"] = postgres.url
    _say(f"a site with {'PostgreSQL' if postgres else 'SQLite'} and {'' if redis else 'no '}Redis")
    running = stack.enter_context(site("split", env=environment))
    database_url = postgres.url if postgres else f"sqlite:///{running.data_dir}/ambos.sqlite3"
    return Soak(running, database_url, redis=redis, postgres=postgres, port=_port(running))


def _entered(stack: contextlib.ExitStack, server: contextlib.AbstractContextManager[T]) -> T | None:
    try:
        return stack.enter_context(server)
    except Missing as missing:
        _say(f"without it: {missing}")
        return None


def _port(running: Site) -> int:
    """The front's; where nginx is not installed, that of the asgi process."""
    try:
        find_program("nginx", "nginx")
        url = running.url
    except Missing:
        url = running.asgi_url
    return int(url.rpartition(":")[2])


def _tell(soak: Soak) -> bool:
    """A table, a plot and what was wrong; whether nothing was."""
    crowd, faults, grown = soak.crowd, soak.faults, growth(soak.readings)
    if crowd is None or faults is None:
        return False
    everybody = [*crowd.people, *crowd.gone]
    closes = Counter(code for person in everybody for code in person.closes)
    errors = Counter(error["code"] for person in everybody for error in person.errors)
    rows = {
        "sends confirmed": sum(len(person.kept) for person in everybody),
        "sends refused": sum(len(person.refused) for person in everybody),
        "events in the room": soak.kept.head if soak.kept else "unknown",
        "events shown, of those there at the end": sum(len(person.log) for person in crowd.people),
        "sockets opened by them": sum(person.connections for person in everybody),
        "people who left": crowd.left,
        "told to begin anew": sum(person.heard.get("reset", 0) for person in everybody),
        "closed with": _counts(closes),
        "errors": _counts(errors),
        "faults": _counts(faults.done),
    }
    print()
    for name, value in rows.items():
        print(f"{name:<40} {value}")
    print("\nmemory of asgi (PSS)")
    for line in plot(soak.readings):
        print(f"  {line}")
    print(
        f"  in its longest life, warmed up: {grown.first:.1f} to {grown.last:.1f} MiB in {grown.seconds:.0f} s,",
        end=" ",
    )
    print(f"{grown.mib_a_minute:+.2f} MiB a minute")
    if grown.seconds < SHORTEST_SECONDS:
        print(f"  (too short to judge by {MOST_MIB_A_MINUTE:g} MiB a minute)")
    problems = [*soak.problems]
    if grown.is_leak:
        problems.append(f"asgi grows: {grown.mib_a_minute:.2f} MiB a minute, {MOST_MIB_A_MINUTE:g} are allowed")
    if soak.kept is None:
        problems.append("it was not run to its end")
    for problem in problems[:MOST_TOLD]:
        print(f"WRONG: {problem}")
    print(f"\n{len(problems)} problems" if problems else "\nnothing was lost, and nothing grows")
    return not problems


def _counts(counts: Counter[str] | Counter[int | None]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in counts.most_common()) or "-"


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--sockets", type=int, default=500)
    return parser


if __name__ == "__main__":
    sys.exit(main())
