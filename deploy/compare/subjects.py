"""What was measured, by the names people know: servers, peers, and topologies of the whole site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.translation import get_language

from deploy import topology
from deploy.errors import DeployError
from deploy.lab import servers

SITE = "site"
NO_SERVER = "none"
INTERFACES = ("wsgi", "asgi")


@dataclass(frozen=True)
class Subject:
    """A server with what it served. ``interface`` is "wsgi", "asgi", or empty for a whole site."""

    server: str
    peer: str

    @property
    def interface(self) -> str:
        known = _known()
        for name in (self.server, self.peer):
            if name in known:
                return known[name][1]
        return ""

    @property
    def server_title(self) -> str:
        return topology_title(self.server) if self.peer == SITE else title(self.server)

    @property
    def peer_title(self) -> str:
        return "" if self.peer == SITE else title(self.peer)

    @property
    def place(self) -> tuple[int, int]:
        """Where server and peer stand in the laboratory's lists of their interface: a colour of its own for each."""
        return tuple(_place(name, self.interface) for name in (self.server, self.peer))  # type: ignore[return-value]

    @property
    def rank(self) -> tuple[int, str]:
        """WSGI before ASGI before whole sites, as everywhere here."""
        place = INTERFACES.index(self.interface) if self.interface in INTERFACES else len(INTERFACES)
        return place, self.server_title


def title(name: str) -> str:
    """The title of a server or a peer; a name that this version does not know stands for itself."""
    if name == NO_SERVER:
        return ""
    return _known().get(name, (name, ""))[0]


def topology_title(name: str) -> str:
    return next((known.title for known in topologies() if known.name == name), name)


def _place(name: str, interface: str) -> int:
    names = [known for known, (_title, kind) in _known().items() if kind == interface]
    return names.index(name) if name in names else len(name)


def topologies() -> list[topology.Topology]:
    return _topologies((get_language() or settings.LANGUAGE_CODE).split("-")[0])


@lru_cache(maxsize=len(settings.LANGUAGES) + 1)
def _topologies(language: str) -> list[topology.Topology]:
    """The files change with the code, so a process reads them once."""
    return [topology.load(name, language=language) for name in topology.names()]


@lru_cache(maxsize=1)
def _known() -> Mapping[str, tuple[str, str]]:
    """Title and interface by name. Without the laboratory's lists the names themselves have to do."""
    try:
        listed = {entry.name: (entry.title, entry.interface) for entry in servers.load().values()}
    except (DeployError, OSError):
        listed = {}
    return listed | {peer.name: (peer.title, peer.interface) for peer in servers.peers().values()}
