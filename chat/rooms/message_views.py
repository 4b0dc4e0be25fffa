"""One message's page: the forms to answer, edit and delete it, and for staff to have a word with its author."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from chat.rooms import moderation
from chat.rooms.authors import Author
from chat.rooms.editing import edit_message
from chat.rooms.entering import Entrance
from chat.rooms.forms import EditForm, MessageForm, SanctionForm, SentForm
from chat.rooms.models import Message, Sanction
from chat.rooms.pages import dress, enter_room, reader_context
from chat.rooms.refusals import Refused
from chat.rooms.views import with_new_id

# What is not there for this visitor, and not merely refused in this form.
NOT_FOUND = {"forbidden", "gone", "not_yours"}


@never_cache
@require_safe
def message(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    here = enter_room(request, slug)
    return _page(request, here, _find(here, seq))


@require_POST
def edit(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    here, form = enter_room(request, slug), EditForm(request.POST)
    author, shown = _author(here), _find(here, seq)
    if form.is_valid():
        text, client_id = form.cleaned_data["text"], form.cleaned_data["client_id"]
        try:
            edit_message(room=here.room, author=author, seq=seq, text=text, client_id=client_id)
            return redirect(shown.get_absolute_url())
        except Refused as refusal:
            _add_refusal(form, "text", refusal)
    elif not author.wrote(shown):
        raise Http404
    elif "text" not in form.errors:
        form.add_error("text", _("The page was out of date. Send again."))
    return _page(request, here, shown, edit_form=with_new_id(form), status=422)


@require_POST
def delete(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    here, form = enter_room(request, slug), SentForm(request.POST)
    author, shown = _author(here), _find(here, seq)
    # A form without its id deletes as well, once.
    client_id = form.cleaned_data["client_id"] if form.is_valid() else ""
    try:
        moderation.delete_as(author=author, room=here.room, seq=seq, client_id=client_id)
    except Refused as refusal:
        raise Http404 from refusal
    return redirect(shown.get_absolute_url())


@require_POST
def sanction(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    here, form = enter_room(request, slug), SanctionForm(request.POST)
    if not here.visitor.is_staff:
        raise Http404
    shown = _find(here, seq)
    if form.is_valid():
        step = moderation.ban if form.cleaned_data["kind"] == Sanction.Kind.BAN else moderation.mute
        try:
            step(by=_author(here), message=shown, until=form.until(), reason=form.cleaned_data["reason"])
            return redirect("rooms:moderation")
        except Refused as refusal:
            _add_refusal(form, None, refusal)
    return _page(request, here, shown, sanction_form=form, status=422)


def _find(here: Entrance, seq: int) -> Message:
    found = here.room.messages.filter(seq=seq).with_authors().first()
    if found is None:
        raise Http404
    return found


def _author(here: Entrance) -> Author:
    if here.author is None:
        raise Http404
    return here.author


def _add_refusal(form: Any, field: str | None, refusal: Refused) -> None:
    if refusal.code in NOT_FOUND:
        raise Http404 from refusal
    form.add_error(field, refusal.sentence)


def _page(
    request: HttpRequest,
    here: Entrance,
    shown: Message,
    *,
    edit_form: EditForm | None = None,
    sanction_form: SanctionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    dress(here, [shown])
    context = reader_context(here) | {
        "message": shown,
        "edit_form": edit_form or EditForm(initial={"text": shown.text}),
        "delete_form": SentForm(),
        "message_form": MessageForm(initial={"reply": shown.seq}),
        "sanction_form": sanction_form or SanctionForm(initial={"kind": Sanction.Kind.MUTE}),
    }
    return render(request, "rooms/moderation/message.html", context, status=status)
