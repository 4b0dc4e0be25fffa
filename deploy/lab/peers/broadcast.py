"""The `websockets` library alone, as the limit of what Python carries: whatever one socket says goes to all, and
nothing is kept.

``/fan`` sends on what it hears, word for word. ``/ws/`` speaks as much of the site's live protocol as its client needs
(docs/protocol.md), a frame for every message: what the client makes of it shows how fast the client is. ``/`` answers
200. ``python -m deploy.lab.peers.broadcast --port N``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http
import json
import signal
from typing import Any

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response


class Broadcast:
    def __init__(self) -> None:
        self._fan: set[ServerConnection] = set()
        self._room: set[ServerConnection] = set()
        self._seq = 0

    async def serve(self, connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            try:
                if connection.request is not None and connection.request.path == "/fan":
                    self._fan.add(connection)
                    async for message in connection:
                        broadcast(self._fan, message)
                async for message in connection:
                    await self._talk(connection, json.loads(message))
            finally:
                self._fan.discard(connection)
                self._room.discard(connection)

    async def _talk(self, connection: ServerConnection, frame: dict[str, Any]) -> None:
        match frame["t"]:
            case "hello":
                await connection.send(_frame(t="welcome", v=1, who="", now=0, heartbeat_seconds=25, limits={}))
            case "sub":
                self._room.add(connection)
                await connection.send(_frame(t="sub_ok", stream=frame["stream"], epoch="e", seq=self._seq))
            case "send":
                self._seq += 1
                event = {"seq": self._seq, "kind": "message", "at": "", "author": "", "cid": frame["cid"]}
                told = {"t": "ev", "stream": frame["stream"], "events": [event | {"data": frame["data"]}]}
                broadcast(self._room, json.dumps(told))
                kept = {"re": frame.get("id"), "stream": frame["stream"], "cid": frame["cid"], "seq": self._seq}
                await connection.send(_frame(t="ok", **kept))
            case "ping":
                await connection.send(_frame(t="pong", re=frame.get("id"), now=0))


def _frame(**fields: Any) -> str:
    return json.dumps(fields)


def _page(connection: ServerConnection, request: Request) -> Response | None:
    if request.path != "/":
        return None
    return Response(http.HTTPStatus.OK, "OK", Headers({"Content-Length": "0"}), b"")


async def main(port: int) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    options: dict[str, Any] = {"compression": None, "ping_interval": None, "backlog": 1024}
    async with serve(Broadcast().serve, "127.0.0.1", port, process_request=_page, **options):
        await ended.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="broadcast", description="whatever one socket says goes to all")
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(main(parser.parse_args().port))
