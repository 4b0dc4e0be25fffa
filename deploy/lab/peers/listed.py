"""The peers: the same small application in each framework's own idiom, on each interface."""

from __future__ import annotations

from dataclasses import dataclass

COMMON = ("plain", "json", "row", "rows", "wait", "waits", "upload", "events", "large")
WSGI = (*COMMON, "waits-threads")
ASGI_HTTP = (*COMMON, "wait-blocking")
ASGI = (*ASGI_HTTP, "echo", "fan")


@dataclass(frozen=True)
class Peer:
    """One application. ``packages`` are the pip packages it stands on, ``endpoints`` the paths it answers."""

    name: str
    interface: str
    target: str
    title: str
    endpoints: tuple[str, ...]
    packages: tuple[str, ...] = ()


def _peer(name: str, interface: str, target: str, title: str, endpoints: tuple[str, ...], *packages: str) -> Peer:
    return Peer(name, interface, f"deploy.lab.peers.{target}", title, endpoints, packages)


PEERS = (
    _peer("bare-wsgi", "wsgi", "bare_wsgi:application", "Bare WSGI", WSGI),
    _peer("django-wsgi", "wsgi", "django_peer.wsgi:application", "Django, WSGI", WSGI, "Django"),
    _peer("flask", "wsgi", "flask_peer:application", "Flask", (*WSGI, "wait-async"), "Flask"),
    _peer("pyramid", "wsgi", "pyramid_peer:application", "Pyramid", WSGI, "pyramid", "pyramid_jinja2"),
    _peer("bare-asgi", "asgi", "bare_asgi:application", "Bare ASGI", ASGI),
    _peer("django-asgi", "asgi", "django_peer.asgi:application", "Django, ASGI", ASGI, "Django", "channels"),
    _peer("django-asgi-alone", "asgi", "django_peer.alone:application", "Django without Channels", ASGI_HTTP, "Django"),
    _peer("fastapi", "asgi", "fastapi_peer:application", "FastAPI", (*ASGI, "wait-thread"), "fastapi"),
    _peer("starlette", "asgi", "starlette_peer:application", "Starlette", (*ASGI, "wait-thread"), "starlette"),
)
