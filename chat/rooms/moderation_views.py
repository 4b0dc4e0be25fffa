"""The staff's page: who is muted or banned, and what has been done."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from chat.live.visitors import visitor_of
from chat.rooms.authors import Author, author_of
from chat.rooms.models import ModerationEntry, Sanction
from chat.rooms.moderation import lift as lift_sanction

ENTRIES_A_PAGE = 50


@never_cache
@require_safe
def moderation(request: HttpRequest) -> HttpResponse:
    _staff(request)
    sanctions = Sanction.objects.in_force().select_related("user", "guest", "by")
    entries = ModerationEntry.objects.select_related("by", "room")
    page = Paginator(entries, ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "rooms/moderation/index.html", {"sanctions": sanctions, "page": page})


@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    staff = _staff(request)
    lift_sanction(sanction=get_object_or_404(Sanction, pk=pk), by=staff)
    return redirect("rooms:moderation")


def _staff(request: HttpRequest) -> Author:
    """404 for everybody else: the page is not there for them."""
    author = author_of(visitor_of(request))
    if author is None or not author.is_staff:
        raise Http404
    return author
