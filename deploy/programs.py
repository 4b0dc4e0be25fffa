"""Where the servers' programs are, and what brings the ones that are missing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from deploy.errors import DeployError

BROUGHT_BY = {
    "gunicorn": "pip install -r requirements.txt",
    "daphne": "pip install -r requirements.txt",
    "nginx": "apt-get install nginx",
    "setpriv": "apt-get install util-linux",
    **dict.fromkeys(
        ("granian", "hypercorn", "uvicorn", "uwsgi"), "pip install -r deploy/lab/requirements.txt, or make lab"
    ),
    "mod_wsgi-express": "apt-get install apache2-bin apache2-dev build-essential, then make lab",
}
# What a server's file needs of Python's modules, which the server would miss only once it runs.
MODULES = {
    "gunicorn-gevent.conf.py": ("gevent", "pip install -r deploy/lab/requirements.txt, or make lab"),
}


def find(name: str) -> str | None:
    """The program's path: beside this Python first (its virtual environment), then on PATH and where servers live."""
    if name == "python":
        return sys.executable
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]
    return shutil.which(name, path=os.pathsep.join(folders))


def need(name: str, needed_by: str) -> str:
    found = find(name)
    if found is None:
        brought_by = BROUGHT_BY.get(name)
        raise DeployError(
            f'{needed_by} needs "{name}", which is not installed' + (f" ({brought_by})" if brought_by else "")
        )
    return found


def need_module(file: str, needed_by: str) -> None:
    module, brought_by = MODULES.get(file, ("", ""))
    if module and importlib.util.find_spec(module) is None:
        raise DeployError(f'{needed_by} needs "{module}", which is not installed ({brought_by})')
