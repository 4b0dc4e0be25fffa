"""Numbers and verdicts in the templates of /compare/."""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from deploy.compare import words
from deploy.compare.subjects import title

register = template.Library()

CODE = re.compile(r"`([^`]+)`")


@register.filter
def measured(amount: float | None) -> str:
    """A number with as many digits as a measurement deserves."""
    return "–" if amount is None else words.number(amount)


@register.filter
def with_code(text: str) -> SafeString:
    """What stands between backticks, as the claims' texts have it, is code; all of it is escaped first."""
    return mark_safe(CODE.sub(r"<code>\1</code>", escape(text)))  # noqa: S308


@register.filter
def subject_title(name: str) -> str:
    return title(name)


@register.filter
def key_label(name: str) -> str:
    return words.key(name)


@register.filter
def verdict_word(verdict: str) -> str:
    return {
        "holds": pgettext("verdict", "holds"),
        "fails": pgettext("verdict", "does not hold"),
        "conditional": pgettext("verdict", "holds with a condition"),
        "undecided": pgettext("verdict", "undecided"),
    }.get(verdict, pgettext("verdict", "not tested"))


@register.filter
def verdict_sign(verdict: str) -> str:
    """A shape beside the word, so that colour is never the only sign."""
    return {"holds": "✓", "fails": "✕", "conditional": "◐", "undecided": "≈"}.get(verdict, "·")


@register.filter
def outcome_word(outcome: str) -> str:
    return {
        "yes": pgettext("outcome", "yes"),
        "no": pgettext("outcome", "no"),
        "unclear": pgettext("outcome", "unclear: the interval crosses the threshold"),
    }.get(outcome, pgettext("outcome", "not measured"))


@register.filter
def lack_word(name: str) -> str:
    return {
        "sockets": _("it takes no WebSockets"),
        "memory": _("more memory than there is"),
        "cores": _("more processor than there is"),
    }[name]
