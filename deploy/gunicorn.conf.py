"""Gunicorn for the shop behind nginx. Every line that differs from Gunicorn's own choice says why.

The environment gives WEB_CONCURRENCY (workers) and FORWARDED_ALLOW_IPS, the command line the address.
"""

import os
from typing import Any

# Pages here are computing, not waiting: on two cores `gthread` with 2x4 gave less than half of what `sync` gave,
# because threads of one process fight over its lock. nginx holds slow clients, so none of them holds a worker.
worker_class = "sync"
# One more than twice the cores keeps them busy while some wait for the database; more than 9 would rather want memory.
workers = int(os.environ.get("WEB_CONCURRENCY") or min(2 * (os.cpu_count() or 1) + 1, 9))
# The code is loaded once and shared by all workers: they start at once and share its memory.
preload_app = True

# A worker that says nothing for this long is stuck: it is killed and replaced. The longest page takes under a second.
timeout = 30
# What is under way when Gunicorn is told to stop may end.
graceful_timeout = 30
# Used by threaded workers alone; longer than nginx keeps an idle connection, so that nginx is the one that closes it.
keepalive = 75
# A leak anywhere costs a restart now and then; the jitter keeps workers from restarting together.
max_requests = 5000
max_requests_jitter = 500

# The workers' sign of life is a file: on a disk that stalls, healthy workers would be killed.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - memory, not a predictable file
# The management socket in the home folder is not used, and a container's home is read-only.
control_socket_disable = True

# nginx writes the access log.
accesslog = None
errorlog = "-"
# Its coming and going is told with DEBUG alone, as every server's is (config/settings.py).
log_level = os.environ.get("LOG_LEVEL", "INFO").lower()
loglevel = "warning" if log_level == "info" else log_level


def post_worker_init(worker: Any) -> None:
    """/compare/ shows a worker from its start, not only from its first request."""
    from deploy.compare import heartbeat

    heartbeat.start()
