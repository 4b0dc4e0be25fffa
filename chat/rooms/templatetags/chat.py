"""``{{ message.text|shown_text }}``: what was said, as HTML. ``{% chat_unread as unread %}``: how much of it is new."""

from __future__ import annotations

import nh3
from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from chat.rooms.markup import tokens
from chat.rooms.unread import Unread, unread_of

register = template.Library()

HTML = {
    "text": "{0}",
    "code": "<code>{0}</code>",
    "strong": "<strong>{0}</strong>",
    "em": "<em>{0}</em>",
    "link": '<a href="{0}" target="_blank">{0}</a>',
}
TAGS = {"code", "strong", "em", "a"}
REL = "nofollow noopener ugc"


@register.filter
def shown_text(text: str) -> SafeString:
    """The text with its light markup. Everything that somebody wrote is escaped; and if one day it were not, the
    sanitiser would let nothing through but the four tags."""
    html = "".join(format_html(HTML[kind], written) for kind, written in tokens(text))
    clean = nh3.clean(
        html, tags=TAGS, attributes={"a": {"href", "target"}}, url_schemes={"http", "https"}, link_rel=REL
    )
    return mark_safe(clean)  # noqa: S308 - what the sanitiser gave back


@register.simple_tag(takes_context=True)
def chat_unread(context: Context) -> Unread:
    """Nothing is asked of the database for who has neither logged in nor chosen a name in the chat."""
    return unread_of(context["request"])
