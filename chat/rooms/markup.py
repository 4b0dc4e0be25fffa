r"""Light markup: what is kept and sent is plain text, and becomes tokens where it is shown.

A token is [type, text], of the types "text", "code", "strong", "em" and "link"; nothing nests, and what comes first
from the left wins. ``tests/chat/rooms/vectors/markup.json`` holds examples that this module and the browser's side both
run.

One regular expression finds all but the plain text. In words that both languages have, with W for a letter, digit or
underscore (Python ``\w``, JavaScript ``[\p{L}\p{N}_]`` with the flags "gu") and S for white space (Python
``[\s\ufeff]``, JavaScript ``\s``), it is one of these four:

- code: a backtick, a text in one line without backticks that neither begins nor ends with S, a backtick;
- strong: the same between asterisks;
- em: the same between underscores;
- link: ``http://`` or ``https://`` (the H may be large), with W or ``[`` behind it; then pieces, which are any
  character but S, ``<>"``, the backtick and round and square brackets, or a pair of brackets with such characters
  between; the last piece is none of ``TRAILING``.

Before the first and after the last marker of code, strong and em stands neither W nor the same marker; before a link
no W. A link of more than ``MAX_LINK_CHARACTERS`` is text.
"""

from __future__ import annotations

import re

MAX_LINK_CHARACTERS = 2000
# What ends a sentence or a quotation, and not an address.
TRAILING = ".,:;!?'*_~…”’»}"

_PIECE = r'\s\ufeff<>"`()\[\]'
_BRACKETS = rf"\([^{_PIECE}]*\)|\[[^{_PIECE}]*\]"


def _between(marker: str, name: str) -> str:
    """A run between two markers, named by its token's type."""
    end = rf"[^\s\ufeff{marker}]"
    return rf"(?<![\w{marker}])[{marker}](?P<{name}>{end}(?:[^{marker}\n]*{end})?)[{marker}](?![\w{marker}])"


_LINK = (
    rf"(?<!\w)(?P<link>[Hh]ttps?://(?=[\w\[])(?:[^{_PIECE}]|{_BRACKETS})*"
    rf"(?:[^{_PIECE}{re.escape(TRAILING)}]|{_BRACKETS}))"
)
PATTERN = re.compile("|".join([_between("`", "code"), _between("*", "strong"), _between("_", "em"), _LINK]))


def tokens(text: str) -> list[list[str]]:
    """[type, text] of all that the text says, in its order and without the markers."""
    found: list[list[str]] = []
    end = 0
    for match in PATTERN.finditer(text):
        kind = match.lastgroup or "text"
        if kind == "link" and len(match["link"]) > MAX_LINK_CHARACTERS:
            continue
        if match.start() > end:
            found.append(["text", text[end : match.start()]])
        found.append([kind, match[kind]])
        end = match.end()
    if end < len(text):
        found.append(["text", text[end:]])
    return found
