"""What is told and not kept: somebody types, somebody has read. It goes to the sockets here, and by notes of the
doorbell to those of the other processes; where it gets lost, nobody misses it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from chat.live import doorbell
from chat.live.feed import Feed
from chat.live.presence import Presence
from chat.live.protocol import encode


class Signs:
    def __init__(self, feeds: Mapping[str, Feed], presence: Presence) -> None:
        self._feeds = feeds
        self._presence = presence
        presence.on_change = self._members_changed

    def show_typing(self, key: str, *, who: str, name: str, on: bool) -> None:
        self._tell({"sign": "typing", "stream": key, "who": who, "name": name, "on": on})

    def show_read(self, key: str, *, who: str, seq: int) -> None:
        self._tell({"sign": "read", "stream": key, "who": who, "seq": seq})

    def noted(self, note: Mapping[str, Any]) -> None:
        """Tell the sockets here what another process, or this one, has noted."""
        if note["sign"] == "members":
            self._presence.read_soon(note["streams"])
            return
        feed, who = self._feeds.get(note["stream"]), note["who"]
        if feed is None:
            return
        if note["sign"] == "typing":
            text = encode("typing", stream=feed.key, who=who, name=note["name"], on=note["on"])
            feed.tell(text, lambda follower: follower.here and follower.who != who)
        elif note["sign"] == "read":
            feed.tell(encode("read", stream=feed.key, seq=note["seq"]), lambda follower: follower.who == who)

    def _members_changed(self, keys: Collection[str]) -> None:
        doorbell.pass_on({"sign": "members", "streams": sorted(keys)})

    def _tell(self, note: dict[str, Any]) -> None:
        self.noted(note)
        doorbell.pass_on(note)
