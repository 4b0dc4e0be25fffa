"""Gunicorn's own asgi worker for the chat behind nginx. Every line says why.

It has neither a ping for quiet sockets nor a way to close open ones when it is told to stop: both are said below.
"""

import os
from typing import Any

worker_class = "asgi"
# processes: the chat's sockets cost memory and little else: one process holds thousands, as Daphne does.
workers = int(os.environ.get("WEB_CONCURRENCY") or 1)
# threads: none of its own: one event loop a process. What blocks goes to Django's thread, or to the chat's own pool.

# start: each worker loads the code itself: an event loop or a connection that was made before a fork is nobody's.
preload_app = False
# The standard library's loop, whatever else is installed: what runs here runs the same everywhere.
asgi_loop = "asyncio"
# Django answers neither start nor end of a lifespan: not asking spares a line in the log.
asgi_lifespan = "off"

# time-out: a worker whose loop stands still for this long is killed and replaced. A quiet socket is no standstill.
timeout = 30
# stop: requests may end. An open socket is not closed and holds the worker until this is over (seen with 27.0), so it
# is short: browsers come back by themselves and miss nothing.
graceful_timeout = 5
# keep-alive: longer than nginx keeps an idle connection (65 s), so that nginx is the one that closes it.
keepalive = 75

# proxy trust: believes X-Forwarded-Proto from these addresses alone; the browser's address is read by the chat itself,
# from a header that nginx overwrites.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
# request limits: nginx lets 256 KiB through to the chat; these bound a header's lines and the open connections.
limit_request_line = 4094
limit_request_field_size = 8190
worker_connections = 10000
# socket limits: four times the chat's longest frame; the default of 16 MiB is an invitation.
websocket_max_message_size = 65536
# ping: has none of its own: the chat's heartbeat every few seconds and nginx's 120 s find lost browsers.

# recycling: none: a new process would cut its sockets, and Gunicorn would wait for them.
max_requests = 0
# The workers' sign of life is a file: on a disk that stalls, healthy workers would be killed.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - memory, not a predictable file
# The management socket in the home folder is not used, and a container's home is read-only.
control_socket_disable = True

# logs: nginx writes the access log. Its coming and going is told with DEBUG alone.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "INFO").lower().replace("info", "warning")


def post_worker_init(worker: Any) -> None:
    """/compare/ shows a worker from its start, not only from its first request."""
    from deploy.compare import heartbeat

    heartbeat.start()
