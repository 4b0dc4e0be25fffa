"""What the processes write to their standard error: one line an event, and no more than somebody wants to know."""

from __future__ import annotations

import logging
from typing import Any

# What the servers tell of their own coming and going, and Gunicorn of every HEAD request; with DEBUG they tell it.
QUIET_LOGGERS: dict[str, dict[str, Any]] = {
    "daphne": {"level": "WARNING"},
    "gunicorn.http.wsgi": {"level": "ERROR"},
    # Its command sets the level itself, so the lines are sifted instead.
    "django_tasks_db": {"filters": ["errors"]},
}


def configuration(level: str) -> dict[str, Any]:
    """Django's LOGGING for a level such as "INFO"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
        "filters": {"errors": {"()": "django.utils.log.CallbackFilter", "callback": _is_error}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "propagate": False},
            **({} if level == "DEBUG" else QUIET_LOGGERS),
        },
    }


def _is_error(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR
