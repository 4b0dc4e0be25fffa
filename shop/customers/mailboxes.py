"""Whose an e-mail address is."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django.http import HttpRequest

from shop.customers.models import User


def is_taken(email: str, *, besides: User | None = None) -> bool:
    """Whether an account has it. One that somebody merely wishes to change to is still free."""
    users = User.objects.filter(email__iexact=email)
    confirmed = EmailAddress.objects.filter(email=email.lower(), verified=True)
    if besides is not None:
        users, confirmed = users.exclude(pk=besides.pk), confirmed.exclude(user_id=besides.pk)
    return users.exists() or confirmed.exists()


def tell_owner(*, request: HttpRequest, email: str) -> None:
    """Mail that there is an account with the address, at most once in a while."""
    if ratelimit.consume(request, action="confirm_email", key=email.lower()):
        get_adapter(request).send_account_already_exists_mail(email)


def forget_wishes(*, email: str, owner: User) -> None:
    """The address has an owner now: nobody else waits for it any more, or could reset their password through it."""
    EmailAddress.objects.filter(email=email.lower(), verified=False).exclude(user_id=owner.pk).delete()
