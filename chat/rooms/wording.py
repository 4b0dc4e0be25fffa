"""What may be said: plain text, shown as it is typed. It is escaped where it is shown, not here."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext as _

from chat.rooms.refusals import Refused

MAX_TEXT_CHARACTERS = 2000
# These turn the direction of what follows them, and with it its meaning.
DIRECTION_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Look like nothing, though Unicode calls them letters or symbols.
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def clean_text(text: str) -> str:
    """The text as it is kept: composed, with plain line ends and without space around it. Raises Refused."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    cleaned = "\n".join(line.rstrip() for line in lines).strip("\n")
    if _has_control(cleaned):
        raise Refused("text_control", _("The message has characters that cannot be shown."))
    if not any(is_visible(character) for character in cleaned):
        raise Refused("text_empty", _("Write something first."))
    if len(cleaned) > MAX_TEXT_CHARACTERS:
        raise Refused("text_long", _("A message has at most %(limit)s characters.") % {"limit": MAX_TEXT_CHARACTERS})
    return cleaned


def is_visible(character: str) -> bool:
    """Not space, not zero width."""
    return unicodedata.category(character)[0] not in "ZCM" and character not in BLANKS


def _has_control(text: str) -> bool:
    plain = text.replace("\n", "").replace("\t", "")
    # Most texts have nothing but what Python calls printable, which none of these is: no need to look at each letter.
    return not plain.isprintable() and any(_is_control(character) for character in plain)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} or character in DIRECTION_CONTROLS
