"""Gunicorn's gevent workers: WSGI, with a light thread for each request. Every line says why.

The environment gives WEB_CONCURRENCY (workers) and FORWARDED_ALLOW_IPS, the command line the address.
"""

import os
from typing import Any

from gevent import monkey

# gevent's worker exchanges the blocking calls of the standard library by itself, but too late where the code is loaded
# before the fork: Django would keep the thread-locals and locks it saw at its import. This file is read first of all.
monkey.patch_all()

worker_class = "gevent"
# processes: as many as cores: one process does one thing at a time, however many requests wait in it.
workers = int(os.environ.get("WEB_CONCURRENCY") or min(max(os.cpu_count() or 1, 2), 9))
# threads: light ones, one for each open request, up to this many in a process. Each holds a database connection of its
# own while it runs, so this is also what PostgreSQL's max_connections has to bear: a thousand would not be borne.
worker_connections = 50

# start: the code is loaded once and shared by all workers. Works because the calls are exchanged above.
preload_app = True

# time-out: the loop says that it lives even while one request is stuck: a page that computes for long is not found out,
# a worker whose loop stands still is.
timeout = 30
# stop: what is under way may end.
graceful_timeout = 30
# keep-alive: an idle connection costs a light thread of the fifty. nginx opens a new connection for every request here,
# so little is lost by being short.
keepalive = 5

# proxy trust: believes X-Forwarded-Proto from these addresses alone; the browser's address is read by the shop itself,
# from a header that nginx overwrites.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
# request limits: nginx turns away what is too large; these bound a header's lines.
limit_request_line = 4094
limit_request_field_size = 8190

# recycling: a leak anywhere costs a restart now and then; the jitter keeps workers from restarting together.
max_requests = 5000
max_requests_jitter = 500
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
