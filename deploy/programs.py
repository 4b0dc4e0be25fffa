"""Where the servers' programs are, and what brings the ones that are missing."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from deploy.errors import DeployError

BROUGHT_BY = {
    "gunicorn": "pip install -r requirements.txt",
    "daphne": "pip install -r requirements.txt",
    "nginx": "apt-get install nginx",
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
