"""What was measured: the claims with their verdicts, the figures, and the run that they come from."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deploy.compare import shelf, strip, words
from deploy.compare.claims import claims_of, count
from deploy.compare.figure_specs import BY_SLUG, TOPICS, Topic, topics_of
from deploy.compare.plots import Choice, Plot, build
from deploy.compare.shown import Shown, answers, choose_run


@require_safe
def show_claims(request: HttpRequest) -> HttpResponse:
    shown = choose_run(request, "claims")
    claims = claims_of(shown.run)
    return render(request, "compare/claims.html", {"shown": shown, "claims": claims, "counts": count(claims)})


@require_safe
def show_claim(request: HttpRequest, claim_id: str) -> HttpResponse:
    shown = choose_run(request, "claims")
    claims = claims_of(shown.run)
    places = {claim.id: place for place, claim in enumerate(claims)}
    if claim_id not in places:
        raise Http404
    place = places[claim_id]
    claim = claims[place]
    topics = topics_of(claim.experiments)
    plots = [plot for topic in topics for plot in _plots(shown, topic, {}) if plot.spec.experiment in claim.experiments]
    context = {
        "shown": shown,
        "claim": claim,
        "tests": [(test, strip.draw(test)) for test in claim.tests],
        "topics": topics,
        "plots": plots,
        "before": claims[place - 1] if place else None,
        "after": claims[place + 1] if place + 1 < len(claims) else None,
    }
    return render(request, "compare/claim.html", context)


@require_safe
def show_figures(request: HttpRequest) -> HttpResponse:
    shown = choose_run(request, "figures")
    topics = [(topic, _extremes(_plots(shown, topic, {}))) for topic in TOPICS]
    return render(request, "compare/figures.html", {"shown": shown, "topics": topics})


@require_safe
def show_topic(request: HttpRequest, slug: str) -> HttpResponse:
    topic = BY_SLUG.get(slug)
    if topic is None:
        raise Http404
    shown = choose_run(request, "figures")
    plots = _plots(shown, topic, answers(request))
    related = [claim for claim in claims_of(shown.run) if topic.experiments & set(claim.experiments)]
    context = {"shown": shown, "topic": topic, "plots": plots, "choices": _joined(plots), "claims": related}
    return render(request, "compare/topic.html", context)


@require_safe
def show_run(request: HttpRequest) -> HttpResponse:
    return render(request, "compare/run.html", {"shown": choose_run(request, "run")})


@require_safe
def show_configuration(request: HttpRequest, name: str) -> HttpResponse:
    shown = choose_run(request, "run")
    text = shelf.read_configuration(shown.run, name) if shown.run else None
    if text is None:
        raise Http404
    return render(request, "compare/configuration.html", {"shown": shown, "name": name, "text": text})


def _plots(shown: Shown, topic: Topic, asked: dict[str, str]) -> list[Plot]:
    if shown.run is None:
        return []
    built = (build(shown.run.cells, spec, asked) for spec in topic.specs)
    return [plot for plot in built if plot is not None]


def _joined(plots: list[Plot]) -> list[Choice]:
    """One form for all the plots of a page: a key that two of them know is chosen once."""
    joined: dict[str, Choice] = {}
    for choice in (choice for plot in plots for choice in plot.choices):
        known = joined.get(choice.key, choice)
        joined[choice.key] = Choice(choice.key, tuple(dict.fromkeys((*known.values, *choice.values))), known.chosen)
    return list(joined.values())


def _extremes(plots: list[Plot]) -> dict[str, str]:
    """The ends of a topic's first bars (or of its first lines, at their end) in words; empty where there are none."""
    plot = next((plot for plot in plots if not plot.is_lines), plots[0] if plots else None)
    if plot is None:
        return {}
    ends = sorted((series.points[-1][1].median, series.name) for series in plot.series)
    (low, least), (high, most) = ends[0], ends[-1]
    named = {"metric": words.metric(plot.spec.metric), "low": words.number(low), "high": words.number(high)}
    return named | ({"least": least, "most": most} if low < high else {})
