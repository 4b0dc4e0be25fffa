from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from chat.rooms.guests import MAX_NAME_CHARACTERS
from chat.rooms.wording import MAX_TEXT_CHARACTERS


class NameForm(forms.Form):
    """Its rules are the guests' (guests.clean_name), which the view asks."""

    name = forms.CharField(
        label=_("Your name in the chat"),
        max_length=MAX_NAME_CHARACTERS,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )


class MessageForm(forms.Form):
    """Its rules are the wording's (wording.clean_text). ``client_id`` makes a form that is sent twice one message."""

    text = forms.CharField(
        label=_("Your message"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 1, "maxlength": MAX_TEXT_CHARACTERS, "autocomplete": "off"}),
    )
    client_id = forms.RegexField(r"^[A-Za-z0-9_-]{1,64}\Z", widget=forms.HiddenInput)
