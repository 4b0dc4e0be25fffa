"""The reference of chat/rooms/static/rooms/conversation.js: what a room's page shows, and how an event changes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# A message as a page of the room's history has it (docs/protocol.md, "hist"), by its number.
Message = Mapping[str, Any]
Messages = Mapping[int, Message]


def show(messages: Messages, event: Mapping[str, Any]) -> Messages:
    """An event that comes again changes nothing in the end, because all that followed it come again, too."""
    data = event["data"]
    match event["kind"]:
        case "message":
            message = {name: event[name] for name in ("seq", "author", "at")} | data
            return {**messages, event["seq"]: {"edited": False, "deleted": False} | message}
        case "message.edited" if data["of"] in messages and not data.get("deleted"):
            return {**messages, data["of"]: {**messages[data["of"]], "text": data["text"], "edited": True}}
        case "message.deleted" if data["of"] in messages:
            return {**messages, data["of"]: {**messages[data["of"]], "text": "", "deleted": True}}
    return messages


def show_all(messages: Messages, events: Iterable[Mapping[str, Any]]) -> Messages:
    for event in events:
        messages = show(messages, event)
    return messages


def begin(history: Iterable[Message]) -> Messages:
    """From the messages of a page of history."""
    return {message["seq"]: message for message in history}
