"""The reference of chat/live/static/live/reducer.js: what a client knows of one stream. The vectors hold both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Place:
    epoch: str | None = None
    seq: int | None = None


def follow(place: Place, frame: dict[str, Any]) -> tuple[Place, list[dict[str, Any]], str | None]:
    """(where we are now, the events to show, "sync" or "reload" or None)."""
    match frame["t"]:
        case "sub_ok":
            return Place(frame["epoch"], frame["seq"] if place.seq is None else place.seq), [], None
        case "head" if place.seq is not None:
            behind = frame["epoch"] != place.epoch or frame["seq"] > place.seq
            return place, [], "sync" if behind else None
        case "lag" if place.seq is not None:
            # Nothing more comes by itself, whatever we have.
            return place, [], "sync"
        case "reset":
            return Place(frame["epoch"], frame["seq"]), [], "reload"
        case "ev" if place.seq is not None:
            return _extend(place, place.seq, frame["events"])
    return place, [], None


def _extend(place: Place, seq: int, arrived: list[dict[str, Any]]) -> tuple[Place, list[dict[str, Any]], str | None]:
    shown: list[dict[str, Any]] = []
    for event in arrived:
        if event["seq"] > seq + 1:
            return replace(place, seq=seq), shown, "sync"
        if event["seq"] == seq + 1:
            shown.append(event)
            seq += 1
    return replace(place, seq=seq), shown, None
