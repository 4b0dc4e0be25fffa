"""What a run has found, on a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from deploy.lab.reasons import number
from deploy.lab.results import ResultFolder

WIDTH = 110
# Those that say most come first; a line holds so many.
METRICS = (
    *(
        "requests_per_second",
        "messages_per_second",
        "deliveries_per_second",
        "page_p50_ms",
        "fast_p50_ms",
        "fast_max_ms",
    ),
    *("held", "failed", "upgraded", "finished", "grown_mib", "p50_ms", "p99_ms", "cpu_us_per_request", "pss_mib"),
)
MOST_METRICS = 4


def tell(folder: ResultFolder, *, cells: bool = False) -> None:
    """Print what a run was, its verdicts and, if wanted, every cell of its summary."""
    head = folder.read_run()
    if cells:
        for cell in folder.read_json("summary.json")["cells"]:
            print(_cell(cell))
        print()
    claims = folder.read_json("verdicts.json")["claims"]
    untouched = [claim for claim in claims if all(test["outcome"] == "missing" for test in claim["tests"])]
    for claim in claims:
        if claim in untouched:
            continue
        print(f"{claim['number']:>2}  {claim['verdict'].upper():<11} {claim['statement']['en']}")
        print(textwrap.fill(claim["why"]["en"], WIDTH, initial_indent=" " * 16, subsequent_indent=" " * 16))
    if untouched:
        print(f"    untested: claims {', '.join(str(claim['number']) for claim in untouched)}")
    print()
    print("\n".join(_head(folder, head)))


def _head(folder: ResultFolder, head: Mapping[str, Any]) -> list[str]:
    lines = [f"{folder.path.name}: {head['profile']} profile, {head['machine'].get('processor', 'unknown processor')}"]
    if not head["complete"]:
        lines.append("interrupted: not everything was measured")
    if head["profile"] != "full":
        lines.append("quick: short loads, mostly measured once; wide intervals, not to be quoted")
    for name, ratio in head["itself"].items():
        told = "measured once" if ratio["n"] == 1 else f"{ratio['low']:.2f} to {ratio['high']:.2f}"
        lines.append(f"{name} against itself: {ratio['ratio']:.2f} ({told})")
    if head["void"]:
        lines.append(f"VOID: {head['void']}")
    if head["thrown_away"]:
        again = sum(1 for sample in head["thrown_away"] if sample["replaced"])
        lines.append(f"thrown away: {len(head['thrown_away'])} samples, of which {again} were measured again")
    lines += [f"not measured: {name}: {why}" for name, why in head["unavailable"].items()]
    lines.append(f"all of it: {folder.path}")
    return lines


def _cell(cell: Mapping[str, Any]) -> str:
    case = " ".join(f"{key}={value}" for key, value in cell["case"].items())
    metrics = cell["metrics"]
    told = [name for name in METRICS if name in metrics] or list(metrics)
    figures = ", ".join(f"{name} {_spread(metrics[name])}" for name in told[:MOST_METRICS])
    return f"{cell['experiment']} {cell['server']} {cell['peer']} {case}: {figures}"


def _spread(figure: Mapping[str, float]) -> str:
    value = number(figure["median"], "en")
    if figure["n"] == 1 or figure["low"] == figure["high"]:
        return value
    return f"{value} ({number(figure['low'], 'en')} to {number(figure['high'], 'en')})"
