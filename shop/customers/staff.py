"""The first staff account: made once, its password said once."""

import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from shop.customers.models import User


@transaction.atomic
def ensure_staff(*, email: str = "") -> tuple[User, str] | None:
    """A superuser and its password, where there was no superuser yet; else None. Only the password's hash is kept."""
    if User.objects.filter(is_superuser=True).exists():
        return None
    password = secrets.token_urlsafe(15)
    address = email or f"staff@{urlsplit(settings.SITE_URL).hostname}"
    return User.objects.create_superuser(address, password, name="Ambos"), password
