"""How figures, servers and verdicts are put into words, in the languages of the documents."""

from __future__ import annotations

import math
from collections.abc import Mapping

from deploy.lab.experiments.subjects import is_asgi

LANGUAGES = ("en", "es")
# Figures scatter by more than their fourth digit.
DIGITS = 3
NOT_MEASURED = {"en": "not measured", "es": "sin medir"}
VERDICTS = {
    "holds": {"en": "holds", "es": "se cumple"},
    "fails": {"en": "does not hold", "es": "no se cumple"},
    "conditional": {"en": "holds with a condition", "es": "se cumple con una condición"},
    "undecided": {"en": "undecided", "es": "sin decidir"},
    "untested": {"en": "untested", "es": "sin comprobar"},
}
OUTCOMES = {
    "yes": {"en": "yes", "es": "sí"},
    "no": {"en": "no", "es": "no"},
    "unclear": {"en": "unclear", "es": "no está claro"},
    "missing": NOT_MEASURED,
}
ROLES = {"must": {"en": "must", "es": "necesario"}, "limit": {"en": "limits it", "es": "lo limita"}}
# Names are the same in every language; short, for they stand beside bars.
NAMES = {
    "gunicorn-sync": "Gunicorn sync",
    "gunicorn-gthread": "Gunicorn gthread",
    "gunicorn-gevent": "Gunicorn gevent",
    "uwsgi": "uWSGI",
    "mod_wsgi": "mod_wsgi",
    "granian-wsgi": "Granian WSGI",
    "daphne": "Daphne",
    "ambos-daphne": "Daphne (Ambos)",
    "uvicorn": "Uvicorn",
    "hypercorn": "Hypercorn",
    "gunicorn-asgi": "Gunicorn asgi",
    "granian-asgi": "Granian ASGI",
    "bare-wsgi": "WSGI",
    "bare-asgi": "ASGI",
    "django-wsgi": "Django (WSGI)",
    "django-asgi": "Django (ASGI)",
    "django-asgi-alone": "Django (ASGI, no Channels)",
    "flask": "Flask",
    "pyramid": "Pyramid",
    "fastapi": "FastAPI",
    "starlette": "Starlette",
    "split": "nginx + Gunicorn + Daphne",
    "all_asgi": "nginx + Uvicorn",
    "all_wsgi": "nginx + Gunicorn gthread",
    "split_gthread": "nginx + Gunicorn gthread + Daphne",
    "split_granian_wsgi": "nginx + Granian WSGI + Daphne",
}
ASGI_PEERS = ("bare-asgi", "django-asgi", "django-asgi-alone", "fastapi", "starlette")
NO_BREAK_SPACE = "\u00a0"


def told(texts: Mapping[str, str] | str, language: str) -> str:
    return texts if isinstance(texts, str) else texts.get(language) or texts.get("en", "")


def name_of(key: str) -> str:
    return NAMES.get(key, key)


def interface_of(server: str, peer: str) -> str:
    """``wsgi``, ``asgi``, or ``both`` for a whole site."""
    if peer == "site":
        return {"all_asgi": "asgi", "all_wsgi": "wsgi"}.get(server, "both")
    return "asgi" if is_asgi(server) or peer in ASGI_PEERS else "wsgi"


def number(value: float, language: str, *, digits: int = DIGITS) -> str:
    """Rounded to so many digits that count, and written as the language writes numbers."""
    if not math.isfinite(value):
        return "∞"
    decimals = 0 if value == int(value) else max(0, digits - 1 - math.floor(math.log10(abs(value))))
    rounded = round(value, decimals)
    text = f"{rounded:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if language == "es":
        # Spanish groups from five digits on, by a space.
        separator = NO_BREAK_SPACE if abs(rounded) >= 10_000 else ""
        text = text.replace(",", "\0").replace(".", ",").replace("\0", separator)
    return text


def with_unit(value: float, unit: str, language: str) -> str:
    text = number(value, language)
    if not unit:
        return text
    return text + ("" if unit in {"/s", "×"} else NO_BREAK_SPACE) + unit


def interval(value: float, low: float, high: float, unit: str, language: str) -> str:
    """``20/s (19–21)``; without an interval where there is none."""
    text = with_unit(value, unit, language)
    ends = number(low, language), number(high, language)
    return text if ends[0] == ends[1] else f"{text} ({ends[0]}–{ends[1]})"
