"""The WebSockets of the peer on ASGI alone."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Everybody of this process who is in the fan.
_fan: set[Send] = set()


async def answer(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    await receive()
    if scope["path"] == "/echo":
        await send({"type": "websocket.accept"})
        await _echo(receive, send)
    elif scope["path"] == "/fan":
        await send({"type": "websocket.accept"})
        await _join_fan(receive, send)
    else:
        await send({"type": "websocket.close"})


async def _echo(receive: Receive, send: Send) -> None:
    while (event := await receive())["type"] == "websocket.receive":
        await send(_sent_back(event))


async def _join_fan(receive: Receive, send: Send) -> None:
    _fan.add(send)
    try:
        while (event := await receive())["type"] == "websocket.receive":
            message = _sent_back(event)
            for each in tuple(_fan):
                # Whoever leaves while others are served is taken out by their own task; servers raise what they like.
                with contextlib.suppress(Exception):
                    await each(dict(message))
    finally:
        _fan.discard(send)


def _sent_back(event: Message) -> Message:
    if event.get("text") is not None:
        return {"type": "websocket.send", "text": event["text"]}
    return {"type": "websocket.send", "bytes": event["bytes"]}
