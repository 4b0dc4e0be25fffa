"""Mail leaves through the worker: a task, queued in the transaction that causes it, so that no commit means no mail."""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django_tasks import task

# A mail server that is away for an hour and a half loses nobody a mail; after that the task stays as failed.
RETRY_AFTER_SECONDS = (10, 60, 300, 1200, 3600)

logger = logging.getLogger(__name__)


def queue_mail(*, to: str, subject: str, text: str, html: str = "") -> None:
    """Send one mail once the current transaction is committed; none at all where it is rolled back."""
    send_mail.enqueue(to=to, subject=subject, text=text, html=html, attempt=0)


@task()
def send_mail(to: str, subject: str, text: str, html: str, attempt: int) -> None:
    message = EmailMultiAlternatives(subject, text, to=[to])
    if html:
        message.attach_alternative(html, "text/html")
    try:
        message.send()
    except SMTPRecipientsRefused:
        raise
    except (SMTPException, OSError) as error:
        if attempt >= len(RETRY_AFTER_SECONDS):
            raise
        logger.warning("Mail to %s: %s; another attempt follows", to, error)
        later = timezone.now() + timedelta(seconds=RETRY_AFTER_SECONDS[attempt])
        send_mail.using(run_after=later).enqueue(to=to, subject=subject, text=text, html=html, attempt=attempt + 1)
