import uuid
from typing import Any

from django.core.management.base import BaseCommand

from chat.live.models import Stream


class Command(BaseCommand):
    help = "After a restored backup: events that browsers saw may be gone, so that they must all begin anew."

    def handle(self, *args: Any, **options: Any) -> None:
        count = Stream.objects.update(epoch=uuid.uuid4())
        self.stdout.write(f"{count} streams begin anew.")
