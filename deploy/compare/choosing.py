"""/compare/choose/: a form that says what a site has to do, and what each way of running it would need for that."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from deploy.compare import advice
from deploy.compare.measured_doors import measured_doors
from deploy.compare.shown import choose_run
from deploy.compare.subjects import title, topology_title

EXAMPLE = {
    "requests_per_second": 20,
    "waiting_percent": 10,
    "wait_ms": 200,
    "sockets": 200,
    "memory_mib": 2048,
    "cores": 2,
}


class NeedsForm(forms.Form):
    requests_per_second = forms.FloatField(label=_("Pages a second, at the busiest"), min_value=0, max_value=1_000_000)
    waiting_percent = forms.FloatField(
        label=_("Of these, waiting for others (%)"),
        help_text=_("Calls to a payment service, a mail server, another site."),
        min_value=0,
        max_value=100,
    )
    wait_ms = forms.FloatField(label=_("How long such a wait lasts (ms)"), min_value=0, max_value=600_000)
    sockets = forms.IntegerField(
        label=_("Open sockets at once"),
        help_text=_("People who have the chat open."),
        min_value=0,
        max_value=10_000_000,
    )
    memory_mib = forms.FloatField(label=_("Memory for it (MiB)"), min_value=16, max_value=16_777_216)
    cores = forms.FloatField(label=_("Processor cores for it"), min_value=0.1, max_value=1024)
    page_ms = forms.FloatField(
        label=_("Processor time of one of your pages (ms)"),
        help_text=_("Empty: as measured here."),
        min_value=0.01,
        max_value=600_000,
        required=False,
    )
    process_mib = forms.FloatField(
        label=_("Memory of one of your processes (MiB)"),
        help_text=_("Empty: as measured here, with a small Django project."),
        min_value=1,
        max_value=1_048_576,
        required=False,
    )

    def needs(self) -> advice.Needs:
        values: dict[str, Any] = dict(self.cleaned_data)
        return advice.Needs(waiting_share=values.pop("waiting_percent") / 100, **values)


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    shown = choose_run(request, "choose")
    is_asked = any(name in request.GET for name in EXAMPLE)
    form = NeedsForm(request.GET if is_asked else EXAMPLE)
    measured = measured_doors(shown.run.cells) if shown.run else advice.Measured({}, {})
    found, unknown = advice.advise(form.needs(), measured) if form.is_valid() else ([], [])
    context = {
        "shown": shown,
        "form": form,
        "is_example": not is_asked,
        "needs": form.needs() if form.is_valid() else None,
        "advices": [(entry, topology_title(entry.topology), *_servers(entry)) for entry in found],
        "alike": sum(entry.fits and entry.share <= found[0].share * advice.ALIKE for entry in found[1:]),
        "unknown": [(topology_title(name), title(server)) for name, server in unknown],
        "is_measured": bool(measured.doors),
        "headroom_percent": round(advice.HEADROOM * 100),
    }
    return render(request, "compare/choose.html", context, status=200 if form.is_valid() else 422)


def _servers(entry: advice.Advice) -> tuple[str, str]:
    return title(entry.pages_server), title(entry.live_server) if entry.live_server else ""
