"""Mail leaves through the worker: a task, queued in the transaction that causes it, so that no commit means no mail."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django_tasks import task


def queue_mail(*, to: str, subject: str, text: str, html: str = "") -> None:
    send_mail.enqueue(to=to, subject=subject, text=text, html=html)


@task()
def send_mail(to: str, subject: str, text: str, html: str = "") -> None:
    message = EmailMultiAlternatives(subject, text, to=[to])
    if html:
        message.attach_alternative(html, "text/html")
    message.send()
