"""A restored backup takes numbers back; whoever comes with the old ones is told to begin anew."""

import pytest
from django.core.management import call_command

from chat.live import publish
from chat.live.models import Stream
from chat.live.reading import heads

pytestmark = pytest.mark.django_db


def test_every_stream_gets_another_epoch_and_keeps_its_events(capsys: pytest.CaptureFixture[str]) -> None:
    for key in ("room:1", "user:1"):
        publish.append(key, "message", {"text": "hello"})
    before = heads(["room:1", "user:1"])
    call_command("renew_epochs")
    after = heads(["room:1", "user:1"])
    for key in before:
        assert after[key][0] != before[key][0]
        assert after[key][1] == before[key][1] == 1
    assert f"{Stream.objects.count()} streams" in capsys.readouterr().out
