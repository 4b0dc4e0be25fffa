"""Gunicorn's sync workers for the shop behind nginx. Every line that differs from Gunicorn's own choice says why.

The environment gives WEB_CONCURRENCY (workers) and FORWARDED_ALLOW_IPS, the command line the address. A comment that
begins with a meaning ("processes: ...") is what `python -m deploy diff` shows beside the lines that follow it.
"""

import os
from typing import Any

# Pages here are computing, not waiting: on two cores `gthread` with 2x4 gave less than half of what `sync` gave,
# because threads of one process fight over its lock. nginx holds slow clients, so none of them holds a worker.
worker_class = "sync"
# processes: one more than twice the cores keeps them busy while some wait for the database; more than 9 would rather
# want memory.
workers = int(os.environ.get("WEB_CONCURRENCY") or min(2 * (os.cpu_count() or 1) + 1, 9))
# threads: none beside the one: a sync worker does one request after the other.

# start: the code is loaded once and shared by all workers: they start at once and share its memory.
preload_app = True

# time-out: a worker that says nothing for this long is stuck: it is killed and replaced. The longest page takes under
# a second.
timeout = 30
# stop: what is under way when Gunicorn is told to stop may end.
graceful_timeout = 30
# keep-alive: a sync worker closes the connection after each answer, so that nobody's open connection holds it.

# proxy trust: believes X-Forwarded-Proto from these addresses alone; the browser's address is read by the shop itself,
# from a header that nginx overwrites.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
# request limits: nginx turns away what is too large before it comes here; these bound a header's lines.
limit_request_line = 4094
limit_request_field_size = 8190

# recycling: a leak anywhere costs a restart now and then; the jitter keeps workers from restarting together.
max_requests = 5000
max_requests_jitter = 500
# The workers' sign of life is a file: on a disk that stalls, healthy workers would be killed.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - memory, not a predictable file
# The management socket in the home folder is not used, and a container's home is read-only.
control_socket_disable = True

# logs: nginx writes the access log. Its coming and going is told with DEBUG alone, as every
# server's is.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "INFO").lower().replace("info", "warning")


def post_worker_init(worker: Any) -> None:
    """/compare/ shows a worker from its start, not only from its first request."""
    from deploy.compare import heartbeat

    heartbeat.start()
