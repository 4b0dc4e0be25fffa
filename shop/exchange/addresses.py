"""Which addresses an import may fetch from: public ones alone.

A file can come from anybody, and this server can reach what its visitors cannot: its own ports, the local network, a
cloud's metadata service. So a host's name is resolved once, every address it has is judged, and the connection goes to
an address that was judged (shop.exchange.fetching), so that a name which changes its answer gains nothing.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Thread

from django.utils.translation import gettext as _

Address = IPv4Address | IPv6Address

# RFC 6890 and its successors, written out: what Python calls global differs between the versions that we support.
_CLOSED_V4 = [
    IPv4Network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
# Only what is handed out for the public net, and of that not what wraps an IPv4 address or is for documents.
_OPEN_V6 = IPv6Network("2000::/3")
_CLOSED_V6 = [IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]


class ClosedAddress(Exception):
    """A host must not be fetched from, or has no address. The message says why."""


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could reach it. An IPv4-mapped address is judged as the IPv4 address it is;
    NAT64, 6to4 and Teredo, which may lead to any IPv4 address, are closed."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        return (
            address.scope_id is None
            and address in _OPEN_V6
            and not any(address in block for block in _CLOSED_V6)
            and address.is_global
        )
    return not any(address in block for block in _CLOSED_V4) and address.is_global


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def resolve(
    host: str, port: int, *, seconds: float, look_up: Callable[[str, int], list[str]] = _look_up
) -> list[Address]:
    """The addresses of a host, each once. Raises ClosedAddress if there is none, or none in time.

    Numbers that only C libraries take for an address (2130706433, 0x7f.1, 0177.0.0.1, 127.1) are refused.
    """
    literal = host.strip("[]")
    try:
        return [ip_address(literal)]
    except ValueError:
        pass
    if re.fullmatch(r"[\d.]*|(0x[\da-f]*|\d+)(\.(0x[\da-f]*|\d+))*\.?", literal, re.I):
        raise ClosedAddress(_("“%(host)s” is not a host's name") % {"host": host})
    found: list[str] = []
    # The system's resolver has no time limit that we could set, so it is left alone when the time is over.
    thread = Thread(target=_collect, args=(look_up, host, port, found), daemon=True)
    thread.start()
    thread.join(seconds)
    addresses = list(dict.fromkeys(ip_address(text) for text in list(found)))
    if not addresses:
        raise ClosedAddress(_("the host “%(host)s” cannot be found") % {"host": host})
    return addresses


def _collect(look_up: Callable[[str, int], list[str]], host: str, port: int, found: list[str]) -> None:
    try:
        found += look_up(host, port)
    except (OSError, UnicodeError):
        return


def checked(addresses: list[Address], host: str, is_open: Callable[[Address], bool]) -> list[Address]:
    """All of them, if all are open. One closed address among public ones is what an attack looks like."""
    for address in addresses:
        if not is_open(address):
            raise ClosedAddress(_("“%(host)s” is not on the public internet") % {"host": host})
    return addresses
