from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.live.protocol import MAX_SAFE_INTEGER
from chat.rooms.guests import MAX_NAME_CHARACTERS
from chat.rooms.models import Sanction
from chat.rooms.wording import MAX_TEXT_CHARACTERS

MAX_SANCTION_MINUTES = 366 * 24 * 60


class NameForm(forms.Form):
    """Its rules are the guests' (guests.clean_name), which the view asks."""

    name = forms.CharField(
        label=_("Your name in the chat"),
        max_length=MAX_NAME_CHARACTERS,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )


class SentForm(forms.Form):
    """``client_id`` makes a form that is sent twice one deed."""

    client_id = forms.RegexField(r"^[A-Za-z0-9_-]{1,64}\Z", widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"client_id": uuid.uuid4().hex, **(initial or {})})


class EditForm(SentForm):
    """Its rules are the wording's (wording.clean_text)."""

    text = forms.CharField(
        label=_("Your message"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 1, "maxlength": MAX_TEXT_CHARACTERS, "autocomplete": "off"}),
    )


class MessageForm(EditForm):
    """``reply`` is the number of the message that it answers."""

    reply = forms.IntegerField(required=False, min_value=1, max_value=MAX_SAFE_INTEGER, widget=forms.HiddenInput)


class SanctionForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What shall happen"),
        choices=[
            (Sanction.Kind.MUTE, _("They may read but not write")),
            (Sanction.Kind.BAN, _("They are let in no more")),
        ],
    )
    minutes = forms.IntegerField(
        label=_("For how many minutes"),
        help_text=_("Empty: for good."),
        required=False,
        min_value=1,
        max_value=MAX_SANCTION_MINUTES,
    )
    reason = forms.CharField(
        label=_("Why"), help_text=_("For the log, which staff alone read."), required=False, max_length=500
    )

    def until(self) -> datetime | None:
        minutes = self.cleaned_data["minutes"]
        return timezone.now() + timedelta(minutes=minutes) if minutes else None
