from smtplib import SMTPServerDisconnected
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from shop.mail import RETRY_AFTER_SECONDS, queue_mail, send_mail

pytestmark = pytest.mark.django_db


def test_a_mail_waits_for_the_worker() -> None:
    queue_mail(to="alice@example.com", subject="Hello", text="Words", html="<p>Words</p>")
    assert mail.outbox == []
    task = DBTaskResult.objects.get()
    send_mail.call(**task.args_kwargs["kwargs"])
    sent = mail.outbox[0]
    assert isinstance(sent, EmailMultiAlternatives)
    assert sent.to == ["alice@example.com"]
    assert sent.alternatives[0][0] == "<p>Words</p>"


def test_a_rolled_back_transaction_sends_no_mail() -> None:
    with transaction.atomic():
        queue_mail(to="alice@example.com", subject="Hello", text="Words")
        transaction.set_rollback(True)
    assert not DBTaskResult.objects.exists()


def test_a_mail_server_that_is_away_is_asked_again_later() -> None:
    with patch("django.core.mail.EmailMultiAlternatives.send", side_effect=SMTPServerDisconnected):
        send_mail.call(to="alice@example.com", subject="Hello", text="Words", html="", attempt=0)
    again = DBTaskResult.objects.get()
    assert again.run_after is not None
    assert again.args_kwargs["kwargs"]["attempt"] == 1


def test_a_mail_that_never_leaves_ends_as_a_failure() -> None:
    with (
        patch("django.core.mail.EmailMultiAlternatives.send", side_effect=SMTPServerDisconnected),
        pytest.raises(SMTPServerDisconnected),
    ):
        send_mail.call(to="alice@example.com", subject="Hello", text="Words", html="", attempt=len(RETRY_AFTER_SECONDS))
