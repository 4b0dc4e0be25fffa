"""Where a WebSocket may be opened from: the browser sends our cookies along whichever site's page asks."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

DEFAULT_PORTS = {"http": "80", "https": "443"}


def is_our_host(host: str) -> bool:
    domain, _port = split_domain_port(host)
    allowed = settings.ALLOWED_HOSTS or (["localhost", "127.0.0.1", "[::1]"] if settings.DEBUG else [])
    return bool(domain) and validate_host(domain, allowed)


def is_our_origin(origin: str | None, *, host: str, is_secure: bool) -> bool:
    """Without an Origin it is no browser, and nobody's cookies are being borrowed. Otherwise scheme, host and port
    must be those of the page: of the Host header, or of a trusted origin in the settings."""
    if origin is None:
        return True
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        page = urlsplit(origin)
        port = str(page.port or DEFAULT_PORTS.get(page.scheme, ""))
    except ValueError:
        return False
    scheme = "https" if is_secure else "http"
    domain, host_port = split_domain_port(host)
    if page.scheme != scheme or not page.hostname or _bare(page.hostname) != _bare(domain):
        return False
    # Where no nginx joins the doors, the page and the socket are two ports of one host (LIVE_URL says so).
    return port == (host_port or DEFAULT_PORTS[scheme]) or bool(settings.LIVE_URL)


def _bare(domain: str) -> str:
    return domain.strip("[]").rstrip(".").lower()
