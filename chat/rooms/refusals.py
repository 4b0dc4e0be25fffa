"""Why something was not said: a code for programs, a sentence for the person."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


class Refused(Exception):
    """``retry_ms``: when it may be tried again, where time alone mends it. ``fields``: what else the code says."""

    def __init__(
        self, code: str, sentence: str, *, retry_ms: int | None = None, fields: dict[str, Any] | None = None
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.retry_ms = retry_ms
        self.fields = fields or {}


def forbidden() -> Refused:
    return Refused("forbidden", _("This is not for you, or it does not exist."))


def gone() -> Refused:
    return Refused("gone", _("This message is not there any more."))


def client_id_used() -> Refused:
    return Refused("cid_used", _("The page was out of date. Send again."))
