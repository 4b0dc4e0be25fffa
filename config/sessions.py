"""The sessions in the database, asked only for keys that it could have given out."""

import re
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

KEY = re.compile(r"[a-z0-9]{8,40}")


class SessionStore(DatabaseStore):
    def _validate_session_key(self, key: Any) -> bool:
        """A cookie can hold anything, and PostgreSQL fails on a NUL where SQLite finds nothing."""
        return isinstance(key, str) and KEY.fullmatch(key) is not None
