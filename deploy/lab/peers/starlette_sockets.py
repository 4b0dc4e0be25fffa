"""The WebSockets of the peers on Starlette and on FastAPI, whose WebSocket is Starlette's."""

from __future__ import annotations

import contextlib

from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

# Everybody of this process who is in the fan.
_fan: set[WebSocket] = set()


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    while (message := await websocket.receive())["type"] == "websocket.receive":
        await _send(websocket, message)


async def fan(websocket: WebSocket) -> None:
    await websocket.accept()
    _fan.add(websocket)
    try:
        while (message := await websocket.receive())["type"] == "websocket.receive":
            for each in tuple(_fan):
                # Whoever leaves while others are served is taken out by their own task.
                with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                    await _send(each, message)
    finally:
        _fan.discard(websocket)


async def _send(websocket: WebSocket, message: Message) -> None:
    if message.get("text") is not None:
        await websocket.send_text(message["text"])
    else:
        await websocket.send_bytes(message["bytes"])
