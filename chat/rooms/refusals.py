"""Why something was not said: a code for programs, a sentence for the person."""

from __future__ import annotations


class Refused(Exception):
    """``retry_ms``: when it may be tried again, where time alone mends it."""

    def __init__(self, code: str, sentence: str, *, retry_ms: int | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.retry_ms = retry_ms
