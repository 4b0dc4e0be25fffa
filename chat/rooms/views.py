"""The chat's pages. Everything here works without JavaScript; with it, the page follows the room's stream."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from chat.live.publish import subscription
from chat.live.visitors import visitor_of
from chat.rooms.authors import author_of
from chat.rooms.forms import MessageForm, NameForm
from chat.rooms.guests import choose_name
from chat.rooms.history import page_before, page_json
from chat.rooms.models import Room
from chat.rooms.posting import post_message
from chat.rooms.refusals import Refused
from chat.rooms.wording import MAX_TEXT_CHARACTERS


@never_cache
@require_safe
def lobby(request: HttpRequest) -> HttpResponse:
    """The first room; the page leads to the others."""
    first = Room.objects.open_to(staff=False).first()
    if first is None:
        return render(request, "rooms/none.html", status=404)
    return _page(request, first)


@never_cache
@require_safe
def room(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, _find(request, slug))


@never_cache
@require_safe
def history(request: HttpRequest, slug: str) -> JsonResponse:
    """A page of messages as JSON, for a browser whose socket does not pass."""
    return JsonResponse(page_json(page_before(_find(request, slug), _before(request))))


@require_POST
def name(request: HttpRequest, slug: str) -> HttpResponse:
    room, form = _find(request, slug), NameForm(request.POST)
    if form.is_valid():
        try:
            choose_name(session=request.session, name=form.cleaned_data["name"])
        except Refused as refusal:
            form.add_error("name", refusal.sentence)
        else:
            return redirect("rooms:room", room.slug)
    return _page(request, room, name_form=form, status=422)


@require_POST
def send(request: HttpRequest, slug: str) -> HttpResponse:
    room, form, author = _find(request, slug), MessageForm(request.POST), author_of(visitor_of(request))
    if author is None:
        return _page(request, room, status=403)
    if form.is_valid():
        try:
            message = post_message(room=room, author=author, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("text", refusal.sentence)
        else:
            # To the message itself: without a script nothing else scrolls the log to its end.
            return redirect(f"{reverse('rooms:room', args=[room.slug])}#m{message.seq}")
    elif "client_id" in form.errors:
        form.add_error("text", _("The page was out of date. Send again."))
    return _page(request, room, message_form=_with_new_id(form), status=422)


def _page(
    request: HttpRequest,
    room: Room,
    *,
    name_form: NameForm | None = None,
    message_form: MessageForm | None = None,
    status: int = 200,
) -> HttpResponse:
    visitor = visitor_of(request)
    # The stream's place first, then what the page shows: what falls in between comes twice, never not at all.
    follow = subscription(room.stream_key)
    author, before = author_of(visitor), _before(request)
    context: dict[str, Any] = {
        "room": room,
        "rooms": Room.objects.open_to(staff=visitor.is_staff),
        "author": author,
        "may_write": author is not None and (author.guest is None or room.guests_may_write),
        "live": follow,
        "page": page_before(room, before),
        "before": before,
        "name_form": name_form or NameForm(),
        "message_form": message_form or MessageForm(initial={"client_id": uuid.uuid4().hex}),
        "text_limit": MAX_TEXT_CHARACTERS,
    }
    return render(request, "rooms/room.html", context, status=status)


def _find(request: HttpRequest, slug: str) -> Room:
    """A room that is not for this visitor does not exist for them."""
    found = Room.objects.open_to(staff=visitor_of(request).is_staff).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _before(request: HttpRequest) -> int | None:
    """Something else than a number counts as nothing."""
    word = request.GET.get("before", "")
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 18 else None


def _with_new_id(form: Any) -> Any:
    """The refused text, to be mended: under another id, for the mended text is another message."""
    form.data = {**form.data.dict(), "client_id": uuid.uuid4().hex}
    return form
