"""What an author is called in the streams: "user:7", or a word from an app that knows of guests ("guest:<uuid>")."""

from __future__ import annotations

from collections.abc import Callable

from chat.live.visitors import Visitor, load_visitor

# Asked for visitors without an account; gives "" when it does not know them either.
_name_guest: Callable[[Visitor], str] = lambda visitor: ""  # noqa: E731


def register_guests(name_guest: Callable[[Visitor], str]) -> None:
    global _name_guest
    _name_guest = name_guest


def author_of(visitor: Visitor) -> str:
    return f"user:{visitor.user.pk}" if visitor.user is not None else _name_guest(visitor)


def name_of(session_key: str) -> str:
    return author_of(load_visitor(session_key))
