"""``python -m deploy figures`` and ``python -m deploy pictures``: a run's figures go into the documents."""

from __future__ import annotations

import argparse
from typing import Any

from deploy.errors import DeployError


def add_commands(commands: Any, data: argparse.ArgumentParser) -> None:
    """What they need is loaded when they are said: the site starts without it."""
    for name, run, told in (
        ("figures", _figures, "compare the documents' figures with a run's, or write them"),
        ("pictures", _pictures, "draw the pictures of the claims (needs matplotlib)"),
    ):
        parser = commands.add_parser(name, parents=[data], help=told)
        parser.add_argument(
            "folder", nargs="?", default="", metavar="FOLDER", help="default: the newest shipped full run"
        )
        parser.set_defaults(run=run)
        if name == "figures":
            parser.add_argument("--write", action="store_true", help="put them into the documents")


def _figures(options: argparse.Namespace) -> int:
    from deploy.lab import figures

    parted = figures.part(_findings(options))
    if options.write:
        figures.write(parted)
    for path, filled in parted.items():
        print(f"{path.name}: {'written' if options.write else 'has other figures (--write puts these in)'}")
        for marker in filled.missing:
            print(f"{path.name}: not measured in this run: {marker}")
    without = any(filled.missing for filled in parted.values())
    return 1 if without or (parted and not options.write) else 0


def _pictures(options: argparse.Namespace) -> int:
    from deploy.lab import pictures

    drawn = pictures.draw_all(_findings(options))
    print(f"{len(drawn)} pictures in {pictures.FOLDER}")
    return 0


def _findings(options: argparse.Namespace) -> Any:
    from deploy.lab import figures, results
    from deploy.lab.findings import Findings

    run = results.find(options.folder, options.data) if options.folder else figures.shipped_full_run()
    if run is None:
        raise DeployError(
            "no full run is shipped in deploy/lab/results; name a folder, or measure: python -m deploy measure"
        )
    return Findings(run)
