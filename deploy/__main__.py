"""``python -m deploy``: starts the site in one of its ways, and shows what these are."""

from __future__ import annotations

import argparse
import errno
import os
import shlex
import signal
import sys
from pathlib import Path

from deploy import serve, telling, topology
from deploy.errors import DeployError
from deploy.lab.commands import add_commands as add_laboratory
from deploy.lab.publishing import add_commands as add_publishing
from deploy.plan import ROOT, filling, make_plan
from deploy.prepare import compile_translations, fill, prepare, wants_filling
from deploy.supervisor import Supervisor

MOST_PORT = 65535


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        status = int(options.run(options))
        sys.stdout.flush()
        return status
    except DeployError as error:
        print(f"deploy: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "deploy":
            raise
        print(
            f"deploy: {error.name} is missing: make lab installs all into .venv, use .venv/bin/python", file=sys.stderr
        )
        return 2
    except BrokenPipeError:
        # Whoever reads (head, less) has seen enough. What is still to be written at the end goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        print(f"deploy: the disk is full: {error.filename or 'it'} cannot be written", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _up(options: argparse.Namespace) -> int:
    plan = make_plan(topology.load(options.name), port=_port(options), data=options.data)
    for note in plan.notes:
        print(f"deploy: {note}", flush=True)
    jobs = [filling(plan)] if options.fill and wants_filling(plan.data) else []
    return Supervisor(plan, jobs).run()


def _prepare(options: argparse.Namespace) -> int:
    prepare(options.data, first=options.first)
    return 0


def _fill(options: argparse.Namespace) -> int:
    fill(options.data)
    return 0


def _translations(options: argparse.Namespace) -> int:
    compile_translations()
    return 0


def _secrets(options: argparse.Namespace) -> int:
    # It needs Django, which nobody needs who only looks at topologies.
    from deploy.secrets import make_secrets

    make_secrets(options.data)
    return 0


def _serve(options: argparse.Namespace) -> int:
    where = {"bind": options.bind, "port": options.port}
    _check_port(options.port)
    if options.dry_run:
        words = serve.command(options.name, **where, environment=os.environ, without=options.without)
        print(shlex.join(words))
    else:
        serve.become(options.name, **where, without=options.without)
    return 0


def _list(options: argparse.Namespace) -> int:
    for name in topology.names():
        print(f"{name:<20} {topology.load(name).title}")
    return 0


def _show(options: argparse.Namespace) -> int:
    print("\n".join(telling.show(topology.load(options.name))))
    return 0


def _diff(options: argparse.Namespace) -> int:
    print("\n".join(telling.diff(topology.load(options.one), topology.load(options.other))))
    return 0


def _port(options: argparse.Namespace) -> int:
    given: str = options.port if options.port is not None else os.environ.get("PORT") or "8080"
    _check_port(given)
    return int(given)


def _check_port(given: str) -> None:
    if not given.isdecimal():
        raise DeployError(f'PORT must be a number, not "{given}"')
    if int(given) > MOST_PORT:
        raise DeployError(f"PORT must be between 1 and {MOST_PORT}, not {given}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    data = argparse.ArgumentParser(add_help=False)
    default = Path(os.environ.get("DATA_DIR") or ROOT / "var")
    data.add_argument("--data", type=Path, default=default, help="the data folder (default: DATA_DIR, or var)")

    up = commands.add_parser("up", parents=[data], help="start a topology and stay until Ctrl-C")
    up.add_argument("name", metavar="TOPOLOGY")
    up.add_argument("--port", help="the front door's port (default: PORT, or 8080; 0: any free one)")
    up.add_argument("--fill", action="store_true", help="draw the sample prints that prepare --first left for later")
    up.set_defaults(run=_up)
    made_ready = commands.add_parser("prepare", parents=[data], help="database, static files, sample goods, staff")
    made_ready.add_argument(
        "--first", type=int, metavar="N", help="draw N sample prints now, the others with up --fill"
    )
    made_ready.set_defaults(run=_prepare)
    filled = commands.add_parser("fill", parents=[data], help="draw the sample prints that are still to be drawn")
    filled.set_defaults(run=_fill)
    secrets = commands.add_parser("secrets", parents=[data], help="make the secrets of the compose set-up")
    secrets.set_defaults(run=_secrets)
    served = commands.add_parser("serve", help="become one server of the site, set up by its file in deploy/servers")
    served.add_argument("name", metavar="SERVER")
    served.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS")
    served.add_argument("--port", default="8000")
    served.add_argument("--without", action="append", default=[], metavar="OPTION", help="leave out a line of its file")
    served.add_argument("--dry-run", action="store_true", help="print the command instead")
    served.set_defaults(run=_serve)
    commands.add_parser("translations", help="compile the translations").set_defaults(run=_translations)
    commands.add_parser("list", help="the topologies").set_defaults(run=_list)
    show = commands.add_parser("show", help="one topology: processes, commands, settings and why")
    show.add_argument("name", metavar="TOPOLOGY")
    show.set_defaults(run=_show)
    diff = commands.add_parser("diff", help="two topologies side by side, aligned by what their settings mean")
    diff.add_argument("one", metavar="TOPOLOGY")
    diff.add_argument("other", metavar="TOPOLOGY")
    diff.set_defaults(run=_diff)
    add_laboratory(commands, data)
    add_publishing(commands, data)
    return parser


if __name__ == "__main__":
    sys.exit(main())
