"""The chat's rooms. Everything here works without JavaScript; with it, the page follows the room's stream."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from chat.rooms.forms import MessageForm, NameForm
from chat.rooms.guests import choose_name
from chat.rooms.history import PAGE_MESSAGES, page_json, page_of
from chat.rooms.marks import mark_read
from chat.rooms.models import Room
from chat.rooms.pages import enter_found, enter_room, number_in, show_room
from chat.rooms.posting import post_message
from chat.rooms.refusals import Refused

HISTORY_MESSAGES = 100


@never_cache
@require_safe
def lobby(request: HttpRequest) -> HttpResponse:
    """The first room; the page leads to the others."""
    first = Room.objects.open_to(staff=False).first()
    if first is None:
        return render(request, "rooms/none.html", status=404)
    return show_room(request, enter_found(request, first))


@never_cache
@require_safe
def room(request: HttpRequest, slug: str) -> HttpResponse:
    return show_room(request, enter_room(request, slug))


@never_cache
@require_safe
def history(request: HttpRequest, slug: str) -> JsonResponse:
    """A page of messages as JSON, for a browser whose socket does not pass."""
    here = enter_room(request, slug)
    before, after, around = (number_in(request, name) for name in ("before", "after", "around"))
    limit = min(number_in(request, "limit") or PAGE_MESSAGES, HISTORY_MESSAGES)
    return JsonResponse(page_json(page_of(here.room, before=before, after=after, around=around, limit=limit)))


@never_cache
@require_safe
def read(request: HttpRequest, slug: str) -> HttpResponse:
    """Marks the room as read up to ``seq``: what a page shows as a picture to browsers without JavaScript alone."""
    here, seq = enter_room(request, slug), number_in(request, "seq")
    if here.author is not None and seq is not None:
        mark_read(room=here.room, author=here.author, seq=seq)
    return HttpResponse(status=204)


@require_POST
def name(request: HttpRequest, slug: str) -> HttpResponse:
    here, form = enter_room(request, slug), NameForm(request.POST)
    if form.is_valid():
        try:
            choose_name(session=request.session, name=form.cleaned_data["name"])
        except Refused as refusal:
            form.add_error("name", refusal.sentence)
        else:
            return redirect("rooms:room", here.room.slug)
    return show_room(request, here, name_form=form, status=422)


@require_POST
def send(request: HttpRequest, slug: str) -> HttpResponse:
    here, form = enter_room(request, slug), MessageForm(request.POST)
    if here.author is None:
        return show_room(request, here, status=403)
    if form.is_valid():
        text, client_id, reply = (form.cleaned_data[field] for field in ("text", "client_id", "reply"))
        try:
            message = post_message(room=here.room, author=here.author, text=text, client_id=client_id, reply_to=reply)
        except Refused as refusal:
            form.add_error("text", refusal.sentence)
        else:
            mark_read(room=here.room, author=here.author, seq=message.seq)
            # To the message itself: without a script nothing else scrolls the log to its end.
            return redirect(f"{reverse('rooms:room', args=[here.room.slug])}#m{message.seq}")
    elif "text" not in form.errors:
        form.add_error("text", _("The page was out of date. Send again."))
    return show_room(request, here, message_form=with_new_id(form), status=422)


def with_new_id(form: Any) -> Any:
    """The refused text, to be mended: under another id, for the mended text is another message."""
    form.data = {**form.data.dict(), "client_id": uuid.uuid4().hex}
    return form
