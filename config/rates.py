"""How fast people may talk, checked when the settings are read."""

import re

from django.core.exceptions import ImproperlyConfigured

WORD = re.compile(r"([1-9]\d{0,6})/([1-9]\d{0,4})", re.ASCII)


def rate(name: str, word: str) -> tuple[int, int] | None:
    """(messages, seconds) of a word like "10/10"; None for "none", which is no limit."""
    if word == "none":
        return None
    found = WORD.fullmatch(word)
    if found is None:
        raise ImproperlyConfigured(
            f'{name} must be messages and seconds ("10/10": ten in ten seconds) or "none", not "{word}".'
        )
    return int(found[1]), int(found[2])
