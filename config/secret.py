"""Secrets live in files outside of git: made at the first start, kept with the data."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def secret_from_file(path: Path) -> str:
    """The secret in ``path``, without the line's end. Raises ImproperlyConfigured where there is none."""
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"Cannot read the secret file {path}: {error.strerror}.") from error
    if not secret:
        raise ImproperlyConfigured(f"The secret file {path} is empty.")
    return secret


def read_or_create_secret(path: Path) -> str:
    """The secret in ``path``; a new one of 64 characters, readable by its owner alone, where there is none yet.

    Several processes may start at once: the file appears whole or not at all, and the first one wins.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return secret_from_file(path)
