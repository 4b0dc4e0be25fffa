"""What somebody is called in the streams: "user:7", or a word of an app that knows of guests ("guest:<uuid>")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chat.live.visitors import Visitor


@dataclass(frozen=True)
class Identity:
    """``key`` is empty for somebody who has neither logged in nor said who they are."""

    key: str = ""
    name: str = ""


def _by_account(visitor: Visitor) -> Identity:
    return Identity(f"user:{visitor.user.pk}", str(visitor.user)) if visitor.user is not None else Identity()


def _nobody_is_barred(visitor: Visitor) -> bool:
    return False


_identify: Callable[[Visitor], Identity] = _by_account
_is_barred: Callable[[Visitor], bool] = _nobody_is_barred


def register(identify: Callable[[Visitor], Identity], is_barred: Callable[[Visitor], bool] = _nobody_is_barred) -> None:
    """An app that knows of guests says who a visitor is, and whom the staff have shut out."""
    global _identify, _is_barred
    _identify, _is_barred = identify, is_barred


def identify(visitor: Visitor) -> Identity:
    return _identify(visitor)


def is_barred(visitor: Visitor) -> bool:
    """Whether the sockets that this visitor has open are to be closed when they are looked at anew."""
    return _is_barred(visitor)
