"""The laboratory's words on the command line. What they need is loaded when they are said: the site starts without."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from deploy.errors import DeployError

if TYPE_CHECKING:
    from deploy.lab.trials import Experiment


def add_commands(commands: Any, data: argparse.ArgumentParser) -> None:
    """``commands`` is what ``add_subparsers`` gave; ``data`` the parent with ``--data``."""
    measure = commands.add_parser("measure", parents=[data], help="measure servers, frameworks and topologies")
    measure.add_argument("names", nargs="*", metavar="NAME", help="claims, experiments, servers, peers, topologies")
    measure.add_argument("--profile", choices=("quick", "full"), help="a few minutes (default), or figures to quote")
    measure.add_argument("--seed", type=int, help="the order of the trials (default: drawn, and written down)")
    measure.add_argument("--resume", metavar="FOLDER", help="go on with a run that was interrupted")
    measure.add_argument(
        "--list", action="store_true", dest="is_list", help="what can be measured, and how long it takes"
    )
    measure.set_defaults(run=_measure)
    verdicts = commands.add_parser("verdicts", parents=[data], help="compute and print a run's summary and verdicts")
    verdicts.add_argument(
        "folder", nargs="?", default="", metavar="FOLDER", help="a run's name or path (default: newest)"
    )
    verdicts.set_defaults(run=_verdicts)
    commands.add_parser("results", parents=[data], help="the laboratory's runs").set_defaults(run=_results)


def _measure(options: argparse.Namespace) -> int:
    from deploy.lab import measure

    # The generator and the sites that are measured belong to this data folder, too.
    os.environ["DATA_DIR"] = str(options.data.absolute())
    experiments = _experiments()
    if options.is_list:
        return _list(experiments)
    if options.resume is not None:
        if not options.resume:
            raise DeployError("--resume needs the name of a run: python -m deploy results lists them")
        if options.names or options.profile or options.seed is not None:
            raise DeployError("--resume goes on with what was chosen before: it takes no names, --profile or --seed")
        return measure.resume(options.resume, experiments, data=options.data.absolute())
    seed = measure.new_seed() if options.seed is None else options.seed
    wanted = measure.Wanted(options.profile or "quick", options.names, seed)
    return measure.measure(wanted, experiments, data=options.data.absolute())


def _experiments() -> Mapping[str, Experiment]:
    from deploy.lab.experiments import ALL

    return ALL


def _list(experiments: Mapping[str, Experiment]) -> int:
    from deploy import topology
    from deploy.lab import claims, servers
    from deploy.lab.profiles import FULL, QUICK
    from deploy.lab.progress import spoken
    from deploy.lab.rounds import plan, seconds

    for claim in claims.load():
        print(f"claim {claim.number:>2}  {claim.id:<28} {claim.statement['en']}")
    for name, experiment in experiments.items():
        taken = [spoken(seconds(plan(experiment.trials(scale), scale, 1))) for scale in (QUICK, FULL)]
        print(f"experiment {name:<20} quick {taken[0]:>7}, full {taken[1]:>7}")
    for server in servers.load().values():
        print(f"server {server.name:<20} {servers.missing(server) or server.title}")
    for peer in servers.peers().values():
        print(f"peer {peer.name:<20} {servers.missing(peer) or peer.title}")
    print(f"topologies: {', '.join(topology.names())}")
    return 0


def _verdicts(options: argparse.Namespace) -> int:
    from deploy.lab import measure, results
    from deploy.lab.telling import tell

    folder = results.find(options.folder, options.data)
    measure.conclude(folder, folder.read_run())
    tell(folder, cells=True)
    return 0


def _results(options: argparse.Namespace) -> int:
    from deploy.lab import results

    runs = results.listed(options.data)
    for folder in runs:
        try:
            head = folder.read_run()
        except DeployError as error:
            print(f"{folder.path.name:<28} {error}")
            continue
        state = "void" if head["void"] else "complete" if head["complete"] else "interrupted"
        chosen = " ".join(head["chosen"]) or "everything"
        print(f"{folder.path.name:<28} {head['profile']:<6} {state:<12} {chosen:<30} {folder.path}")
    if not runs:
        print("nothing has been measured yet: python -m deploy measure --profile quick")
    return 0
