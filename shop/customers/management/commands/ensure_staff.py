import os
from typing import Any

from django.core.management.base import BaseCommand

from shop.customers.staff import ensure_staff


class Command(BaseCommand):
    help = "Makes the first staff account (STAFF_EMAIL, or staff@ the site's host) and prints its password, once."

    def handle(self, *args: Any, **options: Any) -> None:
        made = ensure_staff(email=os.environ.get("STAFF_EMAIL", ""))
        if made is None:
            return
        user, password = made
        self.stdout.write(f"Staff account: {user.email}  password: {password}  (shown once; sign in at /admin/)")
