"""nginx outside Docker: the templates of deploy/nginx filled into the data folder, as envsubst does it in the image."""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Mapping
from pathlib import Path

from deploy.errors import DeployError
from deploy.topology import FILES, Topology

FOLDER = Path(__file__).parent / "nginx"
VARIABLE = re.compile(r"\$\{([A-Z_]+)\}")
# The variable of the template that says who answers a path.
ROUTE_VARIABLES = {"/ws/": "ROUTE_WS", "/chat/": "ROUTE_CHAT", "/": "ROUTE_REST"}


def substitute(template: str, values: Mapping[str, str]) -> str:
    """``${NAME}`` replaced for the names that are given; nginx's own ``$variables`` stay."""
    return VARIABLE.sub(lambda match: values.get(match.group(1), match.group(0)), template)


def write_configuration(topology: Topology, *, port: int, ports: Mapping[str, int], data: Path) -> Path:
    """Write nginx.conf and site.conf below ``data``/run/nginx and return the former's path."""
    for path in ("/static/", "/media/"):
        if topology.routes[path] != FILES:
            raise DeployError(f'{topology.name}: nginx serves {path} from disk: the route must be "{FILES}"')
    folder = data / "run" / "nginx"
    folder.mkdir(parents=True, exist_ok=True)
    values = {
        "LISTEN": f"{os.environ.get('BIND') or '127.0.0.1'}:{port}",
        "DATA_ROOT": str(data),
        "PAGES_ROOT": str(FOLDER / "pages"),
        "TEMP_ROOT": str(folder),
        "FORWARDED_PROTO": os.environ.get("FORWARDED_PROTO") or "http",
        "TRUSTED_PROXY": os.environ.get("TRUSTED_PROXY") or "127.0.0.1",
        "SITE": str(folder / "site.conf"),
        # Never asked: every process is at an address of this machine.
        "RESOLVER": "127.0.0.1",
        "USER_LINE": _user_line(),
    }
    values |= {name: f"127.0.0.1:{ports[topology.routes[path]]}" for path, name in ROUTE_VARIABLES.items()}
    for value in values.values():
        if re.search(r"[\s\"'\\;{}]", value.removesuffix(";").removeprefix("user ")):
            raise DeployError(
                f'nginx cannot be told of "{value}": a path or address without spaces and quotes is needed'
            )
    for name in ("site.conf", "nginx.conf"):
        template = (FOLDER / f"{name}.template").read_text(encoding="utf-8")
        (folder / name).write_text(substitute(template, values), encoding="utf-8")
    return folder / "nginx.conf"


def _user_line() -> str:
    """Started by root, nginx would hand its work to a user who cannot read root's files: it stays who it is."""
    return f"user {pwd.getpwuid(0).pw_name};" if os.geteuid() == 0 else ""
