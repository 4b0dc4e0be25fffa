"""How django-allauth does things in this shop."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string

from shop.mail import queue_mail


class AccountAdapter(DefaultAccountAdapter):
    """Account mail goes through the worker like every other, so that no log-in form waits for a mail server."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        request = allauth_context.request
        words = {"request": request, "email": email, "site_url": settings.SITE_URL, **context}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", words).split())
        text = render_to_string(f"{template_prefix}_message.txt", words, request).strip()
        queue_mail(to=email, subject=subject, text=text + "\n")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that rate limits count by. nginx overwrites X-Real-IP, and the doors' own ports are private."""
        return str(request.headers.get("X-Real-IP") or request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104
