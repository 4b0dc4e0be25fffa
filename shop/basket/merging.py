"""At log-in, what was put in before joins what the account's basket holds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from shop.basket.contents import BasketError, add_variant
from shop.basket.models import Basket, BasketLine
from shop.basket.ownership import SESSION_KEY, session_key


@transaction.atomic
def merge_basket(*, anonymous: Basket, user: AbstractBaseUser) -> bool:
    """Move every line into the person's open basket. True where less went in than there was: too little is left."""
    rows = Basket.objects.select_for_update(no_key=True).filter(closed_at__isnull=True).order_by("pk")
    own, _created = Basket.objects.get_or_create(user_id=user.pk, closed_at=None)
    locked = {row.pk: row for row in rows.filter(pk__in=[anonymous.pk, own.pk])}
    if anonymous.pk not in locked or locked[anonymous.pk].user_id is not None:
        return False
    capped = False
    for line in BasketLine.objects.filter(basket=anonymous).select_related("variant__product"):
        try:
            capped |= add_variant(basket=own, variant=line.variant, quantity=line.quantity).capped
        except BasketError:
            capped = True
    anonymous.delete()
    return capped


@receiver(user_logged_in, dispatch_uid="basket.merge_at_log_in")
def merge_at_log_in(sender: object, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> None:
    key = session_key(request)
    anonymous = Basket.objects.filter(key=key, user__isnull=True, closed_at__isnull=True).first() if key else None
    if anonymous is not None:
        if merge_basket(anonymous=anonymous, user=user):
            text = _("Not everything from before your log-in could be kept: there is not enough of it left.")
            messages.warning(request, text, fail_silently=True)
        del request.session[SESSION_KEY]
