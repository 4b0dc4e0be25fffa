"""What a product's page tells of how many are left, and the stream on which it hears of it (docs/protocol.md)."""

from __future__ import annotations

# The last so many are counted for the reader; of more it says only that they are there.
FEW = 5


def told(available: int) -> int | None:
    """0: sold out; up to FEW the number; None: more than is told."""
    return available if available <= FEW else None


def live_key(product_id: int) -> str:
    """The stream of what happens to a product."""
    return f"product:{product_id}"
