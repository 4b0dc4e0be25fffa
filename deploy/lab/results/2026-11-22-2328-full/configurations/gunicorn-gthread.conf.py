"""Gunicorn's threaded workers: a few processes that each do several requests at a time. Every line says why.

The environment gives WEB_CONCURRENCY (workers) and FORWARDED_ALLOW_IPS, the command line the address.
"""

import os
from typing import Any

# A page that waits for another service gives its turn to the next one; pages that compute gain nothing by it.
worker_class = "gthread"
# processes: as many as cores. Threads fill the waiting, so more processes would only cost memory.
workers = int(os.environ.get("WEB_CONCURRENCY") or min(max(os.cpu_count() or 1, 2), 9))
# threads: eight requests at a time in each process; each may hold a database connection of its own.
threads = 8

# start: the code is loaded once and shared by all workers; threads are started in each worker, after the fork.
preload_app = True

# time-out: watches the worker as a whole and not a request: one that is stuck holds its thread for ever, and the worker
# is only replaced when it says nothing at all.
timeout = 30
# stop: what is under way in any thread may end.
graceful_timeout = 30
# keep-alive: an idle connection costs no thread here. Longer than nginx keeps one (65 s), so that nginx closes it.
keepalive = 75

# proxy trust: believes X-Forwarded-Proto from these addresses alone; the browser's address is read by the shop itself,
# from a header that nginx overwrites.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
# request limits: nginx turns away what is too large; these bound a header's lines, and how many connections a worker
# keeps open, idle ones included.
limit_request_line = 4094
limit_request_field_size = 8190
worker_connections = 1000

# recycling: a leak anywhere costs a restart now and then; the jitter keeps workers from restarting together.
max_requests = 5000
max_requests_jitter = 500
# The workers' sign of life is a file: on a disk that stalls, healthy workers would be killed.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - memory, not a predictable file
# The management socket in the home folder is not used, and a container's home is read-only.
control_socket_disable = True

# logs: nginx writes the access log, if anybody. Its coming and going is told with DEBUG alone.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "INFO").lower().replace("info", "warning")


def post_worker_init(worker: Any) -> None:
    """/compare/ shows a worker from its start, not only from its first request."""
    from deploy.compare import heartbeat

    heartbeat.start()
