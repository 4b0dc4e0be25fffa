"""Fetches a file from an address that a stranger may have written: over http(s), from public hosts, within limits."""

from __future__ import annotations

import posixpath
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from threading import Timer
from typing import Any
from urllib.parse import unquote, urljoin

import urllib3
from django.utils.translation import gettext as _
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import Timeout, Url, parse_url

from shop.exchange.addresses import Address, ClosedAddress, checked, is_public, resolve

PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
MAX_REDIRECTS = 3
MAX_ADDRESSES = 3
READ_BYTES = 64 * 1024
USER_AGENT = "Ambos (product import)"


class NotFetched(Exception):
    """The file cannot be had. The message says why, in words for the shopkeeper."""


@dataclass(frozen=True, slots=True)
class Fetched:
    content: bytes
    filename: str


class _Deadline:
    """A moment. Every socket opened under it is shut when it comes, whatever it is doing: connecting is bounded by
    urllib3, but a server that sends one byte a second satisfies every limit on single reads."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return self._at - time.monotonic()

    @property
    def is_over(self) -> bool:
        return self.left <= 0

    @contextmanager
    def over(self, guards: list[socket.socket]) -> Iterator[None]:
        timer = Timer(max(self.left, 0), _shut, [guards])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            for guard in guards:
                guard.close()


def _shut(guards: list[socket.socket]) -> None:
    for guard in list(guards):
        try:
            guard.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue


class _GuardedHTTP(HTTPConnection):
    """Puts a second handle on its socket into ``guards``: TLS takes the first one over."""

    guards: list[socket.socket]

    def _new_conn(self) -> socket.socket:
        opened = super()._new_conn()
        self.guards.append(opened.dup())
        return opened


class _GuardedHTTPS(_GuardedHTTP, HTTPSConnection):
    pass


class Fetcher:
    """``is_open`` and ``ports`` say where it may go; a test hands in its own, no setting can.

    ``seconds`` is for a whole fetch with all its redirects. Safe to use from several threads.
    """

    def __init__(
        self,
        *,
        max_bytes: int,
        seconds: float = 30,
        is_open: Callable[[Address], bool] = is_public,
        ports: Callable[[str, int], bool] = lambda scheme, port: PORTS[scheme] == port,
        look_up: Callable[[str, int], list[str]] | None = None,
        ca_file: str | None = None,
    ) -> None:
        self.max_bytes = max_bytes
        self.seconds = seconds
        self._is_open = is_open
        self._is_port = ports
        self._look_up: dict[str, Any] = {"look_up": look_up} if look_up else {}
        self._ca_file = ca_file

    def fetch(self, url: str) -> Fetched:
        """The file behind ``url``. Raises NotFetched."""
        deadline = _Deadline(self.seconds)
        for _hop in range(MAX_REDIRECTS + 1):
            target = _parse(url)
            status, location, content = self._get(target, deadline)
            if status in REDIRECTS and location:
                url = urljoin(url, location)
                if target.scheme == "https" and not url.lower().startswith("https:"):
                    raise NotFetched(_("it leads from https to an address without"))
                continue
            if status != 200:
                raise NotFetched(_("the server answered %(status)d") % {"status": status})
            return Fetched(content, posixpath.basename(unquote(target.path or "")) or "picture")
        raise NotFetched(_("it leads on more than %(times)d times") % {"times": MAX_REDIRECTS})

    def _get(self, target: Url, deadline: _Deadline) -> tuple[int, str, bytes]:
        scheme, host = target.scheme or "", target.host or ""
        port = target.port or PORTS[scheme]
        if not self._is_port(scheme, port):
            raise NotFetched(_("port %(port)d is not for web pages") % {"port": port})
        try:
            found = resolve(host, port, seconds=max(deadline.left, 0), **self._look_up)
            addresses = checked(found, host, self._is_open)
        except ClosedAddress as error:
            raise NotFetched(str(error)) from error
        for address in addresses[:MAX_ADDRESSES]:
            try:
                return self._ask(target, address, port, deadline)
            except (urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.NewConnectionError):
                continue
        raise NotFetched(_("the server cannot be reached"))

    def _ask(self, target: Url, address: Address, port: int, deadline: _Deadline) -> tuple[int, str, bytes]:
        """One request to one judged address. The name is only used for the Host header and the certificate."""
        guards: list[socket.socket] = []
        with self._pool(target, address, port, guards) as pool, deadline.over(guards):
            try:
                response = pool.urlopen(
                    "GET",
                    target.request_uri,
                    headers={
                        "Host": target.netloc or "",
                        "User-Agent": USER_AGENT,
                        "Accept": "image/*",
                        "Accept-Encoding": "identity",
                    },
                    timeout=Timeout(total=max(deadline.left, 0.001)),
                    retries=False,
                    redirect=False,
                    preload_content=False,
                    decode_content=False,
                )
                # Closing also ends the connection of an answer that was not read to its end.
                with closing(response):
                    content = self._read(response, deadline) if response.status == 200 else b""
            except (urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.NewConnectionError):
                raise
            except (HTTPError, OSError) as error:
                raise NotFetched(_reason(error, deadline)) from error
        return response.status, response.headers.get("Location", ""), content

    def _pool(
        self, target: Url, address: Address, port: int, guards: list[socket.socket]
    ) -> urllib3.HTTPConnectionPool:
        if target.scheme == "https":
            pool: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(
                str(address),
                port,
                cert_reqs="CERT_REQUIRED",
                ca_certs=self._ca_file,
                server_hostname=target.host,
                assert_hostname=(target.host or "").strip("[]"),
            )
        else:
            pool = urllib3.HTTPConnectionPool(str(address), port)
        base = _GuardedHTTPS if target.scheme == "https" else _GuardedHTTP
        pool.ConnectionCls = type("Guarded", (base,), {"guards": guards})
        return pool

    def _read(self, response: urllib3.BaseHTTPResponse, deadline: _Deadline) -> bytes:
        too_large = NotFetched(_("it has more than %(limit)d bytes") % {"limit": self.max_bytes})
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > self.max_bytes:
            raise too_large
        parts: list[bytes] = []
        size = 0
        while part := response.read1(READ_BYTES):
            size += len(part)
            if size > self.max_bytes:
                raise too_large
            parts.append(part)
        if deadline.is_over:
            raise NotFetched(_("it took too long"))
        if length.isdecimal() and size < int(length):
            raise NotFetched(_("the connection broke"))
        return b"".join(parts)


def _parse(url: str) -> Url:
    """Read by the same code that makes the request, so that no two readers can disagree about the host."""
    if any(character.isspace() or not character.isprintable() or character == "\\" for character in url):
        raise NotFetched(_("it is not a web address"))
    try:
        target = parse_url(url)
    except (LocationParseError, UnicodeError, ValueError) as error:
        raise NotFetched(_("it is not a web address")) from error
    if target.scheme not in PORTS or not target.host:
        raise NotFetched(_("only http and https addresses are fetched"))
    if target.auth is not None:
        raise NotFetched(_("it holds a user's name or password"))
    return target


def _reason(error: Exception, deadline: _Deadline) -> str:
    if deadline.is_over or isinstance(error, urllib3.exceptions.TimeoutError):
        return _("it took too long")
    if isinstance(error, urllib3.exceptions.SSLError):
        return _("its certificate is not valid")
    return _("the connection broke")
