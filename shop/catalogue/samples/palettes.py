"""Inks and papers: few colours, chosen to hang together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """``paper``: the ground. ``inks``: from the strongest to the quietest, the last one an accent."""

    paper: Colour
    inks: tuple[Colour, ...]

    def ramp(self, values: Floats, *, reverse: bool = False, paper: bool = True) -> Floats:
        """Colours for ``values`` in 0..1, from the strongest ink (or, reversed, the paper) on; shape (..., 3)."""
        stops = [*self.inks[:-1], *([self.paper] if paper else [])]
        table = np.array(stops[::-1] if reverse else stops, np.float32)
        at = np.linspace(0, 1, len(table))
        fine = np.stack([np.interp(np.linspace(0, 1, 1024), at, table[:, channel]) for channel in range(3)], axis=-1)
        index = np.clip(values * 1023, 0, 1023).astype(np.int32)
        return fine.astype(np.float32)[index]

    @property
    def accent(self) -> Colour:
        return self.inks[-1]


def _colour(text: str) -> Colour:
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def _palette(paper: str, inks: str) -> Palette:
    return Palette(_colour(paper), tuple(_colour(ink) for ink in inks.split()))


PALETTES = {
    "clay": _palette("f4ede2", "33292a b5533c d98e5f e9c59b 6f8a85"),
    "tide": _palette("f3efe5", "12324a 2f6b80 6fa5a8 b9d2c9 e0a765"),
    "moss": _palette("f3f0e4", "22352b 4a6b4f 8aa276 c7cda4 c9803e"),
    "plum": _palette("f6eee9", "2e1f33 6a3b5a a9627a dda49a e7b469"),
    "ochre": _palette("f6efdf", "33281c a8681e d7a13b ebcb83 4f6a68"),
    "ink": _palette("f5f1e8", "1d2226 3d474d 6f7b80 a9b1b0 c85a3a"),
    "dusk": _palette("f2eae4", "1f2440 44508a 8d7fb0 d9a5a8 eab070"),
    "glass": _palette("f1f2ea", "16403f 3c7a74 86b5a5 cfe0cc e58f65"),
    "brick": _palette("f7ebdd", "3a1f1a 8e3b2a c96a4a e7a983 3f6b6b"),
    "nordic": _palette("f2f2ee", "20303c 4b6475 93a8b0 d0d8d6 d9a93a"),
    "rose": _palette("f8efe9", "4a2a32 a4515c d98880 f0c3ad 5c7a78"),
    "night": _palette("141a2c", "f2e9d8 e0b06a 8fb0c4 5a6c94 c76b57"),
    "coal": _palette("1f2123", "efe8da cbbfab 928f88 5f6468 d98c5f"),
    "forest": _palette("15231d", "f0ead6 b9c58f 6f9170 3e5a48 d9a05b"),
    "wine": _palette("2a1520", "f3e3d3 e3a78b b95f5f 7e4152 d8b25e"),
}
