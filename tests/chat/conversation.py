"""The reference of chat/rooms/static/rooms/conversation.js: what a room's page shows, and how an event changes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# Messages by their numbers, each as a page of the room's history has it (docs/protocol.md, "hist").
Messages = dict[int, dict[str, Any]]


def show(history: Iterable[Mapping[str, Any]], events: Iterable[Mapping[str, Any]]) -> Messages:
    """A page that was loaded with these messages, after these events."""
    messages = {message["seq"]: dict(message) for message in history}
    for event in events:
        apply(messages, event)
    return messages


def apply(messages: Messages, event: Mapping[str, Any]) -> None:
    """One that comes again changes nothing in the end, because all that followed it come again, too."""
    data = event["data"]
    match event["kind"]:
        case "message":
            made = {name: event[name] for name in ("seq", "author", "at")} | data
            messages[event["seq"]] = {"edited": False, "deleted": False} | made
        case "message.edited" if data["of"] in messages:
            # What is deleted by now says nothing any more, and was edited nevertheless.
            text = messages[data["of"]]["text"] if data.get("deleted") else data["text"]
            messages[data["of"]] |= {"text": text, "edited": True}
        case "message.deleted" if data["of"] in messages:
            messages[data["of"]] |= {"text": "", "deleted": True}
