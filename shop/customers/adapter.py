"""How django-allauth does things in this shop.

Its rate limits (ACCOUNT_RATE_LIMITS) count in the cache: with Redis once for the whole site, without it once in every
process, so that a guesser has as many attempts as there are processes.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.core import context as allauth_context
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from shop.customers.mailboxes import is_taken
from shop.mail import queue_mail

# What the columns hold; the forms' own limit is that of the standard.
ADDRESS_MAX_LENGTH = 254


def at_front_door(url: str) -> str:
    """The same page at SITE_URL: what a mail says must not depend on the Host that a request claims."""
    parts = urlsplit(url)
    return settings.SITE_URL + parts.path + (f"?{parts.query}" if parts.query else "")


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Account mail goes through the worker like every other, so that no log-in form waits for a mail server.
        It is written here, in the language of the request."""
        request = allauth_context.request
        # Without a person in the context there is none to greet: who asks may not be whose mailbox it is.
        words = {"user": None, "request": request, "email": email, "site_url": settings.SITE_URL, **context}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", words).split())
        text = render_to_string(f"{template_prefix}_message.txt", words, request).strip()
        queue_mail(to=email, subject=subject, text=text + "\n")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        super().send_notification_mail(template_prefix, user, {"user": user, **(context or {})}, email)

    def get_reset_password_from_key_url(self, key: str) -> str:
        return at_front_door(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        return at_front_door(super().get_email_confirmation_url(request, emailconfirmation))

    def clean_email(self, email: str) -> str:
        if len(email) > ADDRESS_MAX_LENGTH:
            raise ValidationError(_("This address is too long for us."))
        return email

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """An account takes an address only while no other account has it: two may have asked for the same."""
        with transaction.atomic():
            if not is_taken(email_address.email, besides=email_address.user):
                return bool(super().confirm_email(request, email_address))
        words = {"email": email_address.email}
        self.add_message(request, messages.ERROR, "account/messages/email_confirmation_failed.txt", words)
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that rate limits count by. nginx overwrites X-Real-IP, and the doors' own ports are private."""
        return str(request.headers.get("X-Real-IP") or request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104
