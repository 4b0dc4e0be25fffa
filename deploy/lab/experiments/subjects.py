"""The servers that are compared, and the slots they get where one request takes one."""

from __future__ import annotations

WSGI_SERVERS = ("gunicorn-sync", "gunicorn-gthread", "gunicorn-gevent", "uwsgi", "mod_wsgi", "granian-wsgi")
ASGI_SERVERS = ("daphne", "ambos-daphne", "uvicorn", "hypercorn", "gunicorn-asgi", "granian-asgi")
ALL_SERVERS = WSGI_SERVERS + ASGI_SERVERS
# Where a thread is what a request occupies. A sync worker has one by definition, gevent's greenlets need none.
THREADED_SERVERS = ("gunicorn-gthread", "uwsgi", "mod_wsgi", "granian-wsgi")


def is_asgi(server: str) -> bool:
    return server in ASGI_SERVERS


def bare_peer(server: str) -> str:
    return "bare-asgi" if is_asgi(server) else "bare-wsgi"
