"""The live streams over HTTP, for a network that lets no WebSocket pass: docs/protocol.md, "Without a WebSocket".

Nothing here needs the process that answered before: each request says where its page is. Where the server is a WSGI
one, nobody can wait, and a poll is answered at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import wraps
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chat.live import commits, database, door, kinds, protocol
from chat.live.connection import RETRY_MS, frames_burst
from chat.live.hub import current_hub
from chat.live.identity import Identity
from chat.live.lines import Line, answer_now, parse_subscriptions
from chat.live.protocol import Frame, Refused, encode, encode_refusal
from chat.live.rates import Buckets

LONGEST_WAIT_SECONDS = 25
# What a browser may send up by itself; the rest is a matter of the connection.
FRAMES = frozenset({"send", "edit", "del", "hist", "read", "typing"})
STATUSES = {"too_many": 429, "rate": 429, "unavailable": 503, "no_waiting": 501}

View = Callable[[HttpRequest], Awaitable[HttpResponseBase]]
_buckets = Buckets()


def _tells_refusals(view: View) -> View:
    """What is wrong with the request as a whole is an ``err`` frame with a status of its own."""

    @wraps(view)
    async def told(request: HttpRequest) -> HttpResponseBase:
        try:
            return await view(request)
        except Refused as refusal:
            return _refusal(refusal)
        except door.ComeLater:
            return _refusal(Refused("too_many", "Too many connections are open.", retry_ms=RETRY_MS))
        except Exception as error:
            if not database.is_away(error):
                raise
            return _refusal(Refused("unavailable", "Not now; try again.", retry_ms=RETRY_MS))

    return told


@never_cache
@require_GET
@_tells_refusals
async def events(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events, each a frame."""
    subs = parse_subscriptions(request.GET.get("subs", ""))
    if not isinstance(request, ASGIRequest):
        raise Refused("no_waiting", "This server cannot hold a connection open.")
    session_key = _session_key(request)
    # Once it flows, nothing but its end can be told any more.
    with door.counted(_address(request), session_key):
        identity = await door.identity_of(session_key)
    stream = StreamingHttpResponse(_stream(request, identity, subs), content_type="text/event-stream")
    # Each line goes out as it comes, whoever stands between.
    stream["X-Accel-Buffering"] = "no"
    return stream


async def _stream(request: ASGIRequest, identity: Identity, subs: list[Frame]) -> AsyncIterator[bytes]:
    session_key = _session_key(request)
    with door.counted(_address(request), session_key):
        async with Line(session_key, identity) as line:
            _hear_of_the_end(request, line)
            line.greet()
            await line.follow(subs)
            async for text in line.frames():
                yield f"data: {text}\n\n".encode()


@never_cache
@require_GET
@_tells_refusals
async def poll(request: HttpRequest) -> HttpResponseBase:
    """What there is, or what comes in the time that the browser wants to wait."""
    subs = parse_subscriptions(request.GET.get("subs", ""))
    session_key = _session_key(request)
    if not isinstance(request, ASGIRequest):
        return _frames(await sync_to_async(answer_now)(session_key, subs))
    frames = await database.run(answer_now, session_key, subs)
    wait_seconds = _wait_seconds(request)
    if not wait_seconds or any(not text.startswith('{"t":"head"') for text in frames):
        return _frames(frames)
    identity = await door.identity_of(session_key)
    with door.counted(_address(request), session_key):
        async with Line(session_key, identity) as line:
            _hear_of_the_end(request, line)
            await line.follow(subs)
            return _frames(await line.news(wait_seconds) or frames)


@never_cache
@require_POST
@_tells_refusals
async def frame(request: HttpRequest) -> HttpResponseBase:
    """One frame of the browser's and its answer."""
    session_key = _session_key(request)
    allowed = {"burst": frames_burst(), "per_second": settings.LIVE_FRAMES_PER_SECOND}
    if not _buckets.take(session_key or _address(request), **allowed):
        raise Refused("rate", "Too many frames.", retry_ms=1000)
    asked = protocol.parse(request.body.decode("utf-8", "replace"))
    if asked.type not in FRAMES:
        raise Refused("bad_frame", f'"{asked.type}" is a matter of the connection.', re=asked.id)
    try:
        return _json(await _perform(request, session_key, asked))
    except Refused as refusal:
        return _json(encode_refusal(refusal, re=asked.id))


async def _perform(request: HttpRequest, session_key: str, asked: Frame) -> str:
    if not isinstance(request, ASGIRequest):
        answer: dict[str, Any] = await sync_to_async(kinds.perform)(session_key, asked)
    else:
        answer = await commits.perform(session_key, asked)
        await _tell(session_key, asked, answer)
    if asked.type in {"read", "typing"}:
        return encode("ok")
    return encode("ok", re=asked.id, stream=asked.stream, cid=asked.fields.get("cid"), **answer)


async def _tell(session_key: str, asked: Frame, answer: dict[str, Any]) -> None:
    signs = current_hub().signs
    if asked.type == "typing":
        signs.show_typing(asked.stream, who=answer["who"], name=answer["name"], on=asked.fields["on"])
    elif asked.type == "read":
        identity = await door.identity_of(session_key)
        signs.show_read(asked.stream, who=identity.key, seq=answer["seq"])


def _hear_of_the_end(request: ASGIRequest, line: Line) -> None:
    server = request.scope.get("extensions", {}).get("ambos", {})
    if "when_leaving" in server:
        server["when_leaving"](line.drain)


def _session_key(request: HttpRequest) -> str:
    return request.session.session_key or ""


def _address(request: HttpRequest) -> str:
    """As the socket's door has it."""
    scope = {"client": [request.META.get("REMOTE_ADDR", "")]}
    real = request.headers.get("X-Real-IP")
    return door.address_of(scope, {"x-real-ip": real} if real else {})


def _wait_seconds(request: HttpRequest) -> int:
    """Something else than a number counts as nothing."""
    word = request.GET.get("wait", "")
    return min(int(word), LONGEST_WAIT_SECONDS) if word.isascii() and word.isdigit() and len(word) < 4 else 0


def _frames(texts: list[str]) -> HttpResponse:
    return _json('{"frames":[' + ",".join(texts) + "]}")


def _refusal(refusal: Refused) -> HttpResponse:
    return _json(encode_refusal(refusal), status=STATUSES.get(refusal.code, 400))


def _json(text: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(text, content_type="application/json", status=status)
