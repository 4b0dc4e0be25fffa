"""The ASGI application behind /ws/: one coroutine a socket, which reads frames and has them done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from chat.live import protocol
from chat.live.connection import Connection
from chat.live.identity import Identity
from chat.live.outbox import Outbox, Send

HELLO_SECONDS = 10.0
# After a close of ours the other side answers within this time, or is cut.
GOODBYE_SECONDS = 1.0

Receive = Callable[[], Awaitable[dict[str, Any]]]


async def live_socket(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """``scope["session_key"]`` and ``scope["identity"]`` come from the door's guard.

    A plain coroutine and no Channels consumer: those close old database connections, in a thread, around every event.
    Where the server offers it (deploy/daphne.py), frames for many sockets are written as they are, and the end of the
    server is announced.
    """
    server = scope.get("extensions", {}).get("ambos", {})
    outbox = Outbox(send, server.get("push"))
    await receive()
    await send({"type": "websocket.accept"})
    connection = Connection(scope.get("session_key", ""), scope.get("identity", Identity()), outbox)
    if "when_leaving" in server:
        server["when_leaving"](connection.drain)
    try:
        async with asyncio.timeout(None) as lasting:
            loop = asyncio.get_running_loop()
            outbox.when_ended(lambda: lasting.reschedule(loop.time() + GOODBYE_SECONDS))
            await _read(connection, receive)
    except TimeoutError:
        # The only one that comes to here is the one above: this side has closed, and the other says nothing to it.
        pass
    finally:
        connection.leave()
        await outbox.cut()


async def _read(connection: Connection, receive: Receive) -> None:
    """Do one frame after the other until the browser goes."""
    said_hello_by = time.monotonic() + HELLO_SECONDS
    while True:
        if connection.greeted:
            message = await receive()
        else:
            try:
                async with asyncio.timeout(max(0, said_hello_by - time.monotonic())):
                    message = await receive()
            except TimeoutError:
                connection.outbox.close(protocol.CLOSE_NO_HELLO)
                message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        if connection.outbox.close_code is None:
            await connection.do(message.get("text"))
            # Who asks for more than they read waits for the next answer, and not our memory for them.
            await connection.outbox.has_room()
