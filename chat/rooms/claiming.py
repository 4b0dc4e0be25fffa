"""At log-in a guest turns out to be a user, and what they said stays theirs."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from chat.rooms.authors import key_of
from chat.rooms.guests import SESSION_FIELD, guest_key
from chat.rooms.marks import carry_over
from chat.rooms.models import Guest


@transaction.atomic
def claim_guest(*, key: str, user: AbstractBaseUser) -> bool:
    """Make the guest of this key the user's, with what they have read. False where it is somebody's already."""
    if not Guest.objects.filter(key=key, user__isnull=True).update(user=user):
        return False
    carry_over(marks_of=f"guest:{key}", to=key_of(user))
    return True


@receiver(user_logged_in, dispatch_uid="rooms.claim_guest_at_log_in")
def claim_guest_at_log_in(sender: object, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> None:
    key = guest_key(dict(request.session.items()))
    if key is not None:
        claim_guest(key=key, user=user)
        del request.session[SESSION_FIELD]
