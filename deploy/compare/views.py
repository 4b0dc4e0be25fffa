"""/compare/: what runs right now, the ways of running, and the way to what was measured."""

from __future__ import annotations

from itertools import groupby

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deploy import topology
from deploy.compare import sides
from deploy.compare.claims import claims_of, count
from deploy.compare.models import RunningProcess
from deploy.compare.parts import parts_around
from deploy.compare.picture import draw
from deploy.compare.shown import choose_run
from deploy.compare.subjects import topologies

# A site of many replicas shows the first of each door; the page stays one query and one screenful.
MOST_PROCESSES = 200


def _door(row: RunningProcess) -> tuple[int, str]:
    """The two doors first, as everywhere; a stable sort keeps the order within."""
    known = topology.INTERFACES
    return (known.index(row.role) if row.role in known else len(known), row.role)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    shown = choose_run(request, "overview")
    rows = sorted(RunningProcess.objects.alive()[:MOST_PROCESSES], key=_door)
    running = next((entry for entry in topologies() if entry.name == settings.TOPOLOGY), None)
    drawn = running or next(entry for entry in topologies() if entry.name == "split")
    claims = claims_of(shown.run)
    context = {
        "shown": shown,
        "claims": claims,
        "counts": count(claims),
        "doors": [(name, list(group)) for (_place, name), group in groupby(rows, key=_door)],
        "parts": parts_around(request),
        "running": running,
        "drawn": drawn,
        "picture": draw(drawn),
    }
    return render(request, "compare/show.html", context)


@require_safe
def show_topologies(request: HttpRequest) -> HttpResponse:
    known = {entry.name: entry for entry in topologies()}
    left, right = sides.choose(request.GET.get("a", ""), request.GET.get("b", ""), list(known))
    context = {
        "shown": choose_run(request, "topologies"),
        "topologies": list(known.values()),
        "running": known.get(settings.TOPOLOGY),
        "left": known[left],
        "right": known[right],
        "groups": sides.side_by_side(known[left], known[right]),
        "pictures": [
            (known[name], draw(known[name]), f"heading-{name}", f"drawing-{name}")
            for name in dict.fromkeys((left, right))
        ],
    }
    return render(request, "compare/topologies.html", context)
