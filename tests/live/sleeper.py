"""A browser in a process of its own, to be stopped and continued: ``python -m tests.live.sleeper URL``.

It follows the lobby. A line on its standard input is the number to which it is to come; then it prints what it shows.
"""

# ruff: noqa: T201 - it is read by the test that started it

from __future__ import annotations

import asyncio
import json
import sys

from tests.live.talking import Talker


async def main(url: str) -> None:
    async with Talker(url) as talker:
        print("ready", flush=True)
        line = await asyncio.to_thread(sys.stdin.readline)
        await talker.until_at(int(line), 20)
        shown = {
            "began": talker.began,
            "log": talker.log,
            "messages": {seq: message["text"] for seq, message in talker.messages.items()},
            "closes": talker.closes,
            "heard": talker.heard,
        }
        print(json.dumps(shown), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
