"""What a request may ask for, alike for every peer: which numbers, how large, and what the answers' pieces are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

MOST_UPLOADED_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 64 * 1024
# How many threads a WSGI peer has for calls at once; as many as anybody may ask for would be too many.
CALLING_THREADS = 8

# Each number: what it is without being asked for, and from where to where it may be.
NUMBERS: Mapping[str, tuple[int, int, int]] = {
    "id": (1, 1, 1_000_000),
    "ms": (100, 0, 60_000),
    "count": (5, 0, 1_000_000),
    "every_ms": (10, 0, 60_000),
    "kib": (64, 0, 102_400),
}


class BadNumber(ValueError):
    """Asked for something that is no number, or one that is out of bounds: the answer is 400."""


def number(query: Mapping[str, str], name: str) -> int:
    """The whole number that ``query`` holds under ``name``, or the usual one. Raises BadNumber."""
    otherwise, least, most = NUMBERS[name]
    text = query.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 12) or not least <= int(text) <= most:
        raise BadNumber(f"{name} must be a whole number from {least} to {most}")
    return int(text)


def declared_bytes(content_length: str | None) -> int:
    """What a request says that its body is long; 0 where it says nothing that can be read."""
    return int(content_length) if content_length and content_length.isascii() and content_length.isdigit() else 0


def large_pieces(kib: int) -> Iterator[bytes]:
    whole, rest = divmod(kib * 1024, PIECE_BYTES)
    piece = b"x" * PIECE_BYTES
    for _ in range(whole):
        yield piece
    if rest:
        yield b"x" * rest
