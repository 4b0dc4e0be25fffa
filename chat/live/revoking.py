"""Rights that were taken away while somebody was using them."""

from __future__ import annotations

from collections.abc import Collection


def recheck(*, who: Collection[str] = (), stream: str = "") -> None:
    """Have every process look anew at the sockets of these authors, or at those that follow this stream, after the
    commit of the caller's transaction."""
