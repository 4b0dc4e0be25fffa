"""What every page knows: the context processor behind base.html."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from config.theme import THEMES, chosen_theme


def page(request: HttpRequest) -> dict[str, Any]:
    """``served_by`` (config.served_by.ServedBy) while the demonstration is on; ``live_url``: the live socket's address
    where it is not the page's own host, else empty."""
    return {
        "served_by": getattr(request, "served_by", None) if settings.SHOW_SERVED_BY else None,
        "live_url": settings.LIVE_URL,
        "site_url": settings.SITE_URL,
        "theme": chosen_theme(request),
        "themes": THEMES.items(),
    }
