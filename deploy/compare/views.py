"""/compare/: which processes run, and how the ways of running differ."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from deploy import topology
from deploy.compare.models import RunningProcess
from deploy.compare.parts import parts_around
from deploy.compare.picture import draw

# A site of many replicas shows the first of each door; the page stays one query and one screenful.
MOST_PROCESSES = 200


@lru_cache(maxsize=len(settings.LANGUAGES))
def _topologies(language: str) -> list[topology.Topology]:
    """The files change with the code, so a process reads them once."""
    return [topology.load(name, language=language) for name in topology.names()]


def _door(row: RunningProcess) -> tuple[int, str]:
    """The two doors first, as everywhere; a stable sort keeps the order within."""
    known = topology.INTERFACES
    return (known.index(row.role) if row.role in known else len(known), row.role)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    rows = sorted(RunningProcess.objects.alive()[:MOST_PROCESSES], key=_door)
    topologies = _topologies(get_language() or settings.LANGUAGE_CODE)
    running = next((entry for entry in topologies if entry.name == settings.TOPOLOGY), None)
    drawn = running or next(entry for entry in topologies if entry.name == "split")
    doors = [(name, list(group)) for (_place, name), group in groupby(rows, key=_door)]
    context = {
        "doors": doors,
        "parts": parts_around(request),
        "topologies": topologies,
        "paths": topology.PATHS,
        "running": running,
        "drawn": drawn,
        "picture": draw(drawn),
    }
    return render(request, "compare/show.html", context)
