"""What `python -m deploy show` and `diff` print: topologies as text for a terminal, aligned by meaning."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator

from deploy.meanings import meanings
from deploy.topology import Topology

WIDTH = 110
NOTHING = "no such process"


def show(topology: Topology) -> Iterator[str]:
    """One topology: what is in front, who answers what, and each process with its settings and their reasons."""
    yield from [topology.title, "", *textwrap.wrap(topology.description, WIDTH), ""]
    yield f"front: {topology.front.server or topology.front.process}"
    if topology.front.otherwise:
        yield f"       where {topology.front.server} is not installed: {topology.front.otherwise}"
    for path, target in topology.routes.items():
        yield f"route: {path:<10} {target}"
    said = meanings(topology, os.environ)
    for process in topology.processes:
        yield from ["", f"{process.name} ({process.interface}, {process.server})", f"    {' '.join(process.command)}"]
        for name, word in {**topology.environment, **process.environment}.items():
            yield f"    {name}={word}"
        yield f"    told to stop by {process.stop_signal.name}, killed after {process.stop_seconds:g} s"
        for meaning in said:
            if meaning.process == process.name:
                yield f"    {meaning.meaning:<15} {meaning.value}"
                yield from _indented(meaning.reason, 20)


def diff(one: Topology, other: Topology) -> Iterator[str]:
    """Where two topologies differ, one question after the other, and at the end what they have in common."""
    width = max(len(one.name), len(other.name))
    yield from [f"{one.name:<{width}}  {one.title}", f"{other.name:<{width}}  {other.title}"]
    alike: list[str] = []
    for path in one.routes:
        if one.routes[path] == other.routes[path]:
            alike.append(path)
        else:
            yield from ["", f"route {path}"]
            yield from [f"  {each.name:<{width}}  {each.routes[path]}" for each in (one, other)]
    for name in _process_names(one, other):
        answers = [_by_question(each, name) for each in (one, other)]
        for question in dict.fromkeys([*answers[0], *answers[1]]):
            label = f"{name}: {question}"
            here, there = answers[0].get(question), answers[1].get(question)
            if here == there:
                alike.append(label)
                continue
            yield from ["", label]
            for topology, answer in ((one, here), (other, there)):
                value, reason = answer or (NOTHING, "")
                yield f"  {topology.name:<{width}}  {value}"
                yield from _indented(reason, width + 4)
    yield from ["", *textwrap.wrap(f"the same: {', '.join(alike)}", WIDTH)]


def _process_names(one: Topology, other: Topology) -> list[str]:
    return list(dict.fromkeys(process.name for topology in (one, other) for process in topology.processes))


def _by_question(topology: Topology, name: str) -> dict[str, tuple[str, str]]:
    """The value and the reason of each question, of one process; empty where there is no such process."""
    process = next((process for process in topology.processes if process.name == name), None)
    if process is None:
        return {}
    stopped = f"by {process.stop_signal.name}, killed after {process.stop_seconds:g} s"
    given = {f"environment {key}": (word, "") for key, word in process.environment.items()}
    return {
        "server": (process.server, ""),
        **{
            meaning.meaning: (meaning.value, meaning.reason)
            for meaning in meanings(topology)
            if meaning.process == name
        },
        "told to stop": (stopped, ""),
        **given,
    }


def _indented(text: str, by: int) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * by, subsequent_indent=" " * by)
