"""Orbits: where a point has been after some millions of steps of one short formula."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from shop.catalogue.samples.canvas import blurred, flat, mixed, pixels
from shop.catalogue.samples.palettes import Floats, Palette

WALKERS = 24_000
STEPS = 260
SETTLING = 20  # steps until a walker is on the attractor


def _clifford(x: Floats, y: Floats, a: float, b: float, c: float, d: float) -> tuple[Floats, Floats]:
    """Clifford Pickover's map."""
    return np.sin(a * y) + c * np.cos(a * x), np.sin(b * x) + d * np.cos(b * y)


def _dejong(x: Floats, y: Floats, a: float, b: float, c: float, d: float) -> tuple[Floats, Floats]:
    """Peter de Jong's map."""
    return np.sin(a * y) - np.cos(b * x), np.sin(c * x) - np.cos(d * y)


MAPS = {"clifford": _clifford, "dejong": _dejong}


def orbit(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, rule: str = "clifford", numbers: Sequence[float] = (-1.4, 1.6, 1.0, 0.7), turned: bool = False,
    strength: float = 1.0, border: float = 0.09,
) -> Image.Image:  # fmt: skip
    """The density of the orbit, as ink; coloured by how far each step leaps."""
    step, (a, b, c, d) = MAPS[rule], numbers
    x, y = (rng.random((2, WALKERS), np.float32) - 0.5).astype(np.float32)
    for _ in range(SETTLING):
        x, y = step(x, y, a, b, c, d)
    across, down, scale = _placing(x, y, width, height, turned=turned, border=border)
    size = width * height
    density, leaps = np.zeros(size, np.float64), np.zeros(size, np.float64)
    for _ in range(STEPS // 4):
        places, lengths = [], []
        for _ in range(4):
            new_x, new_y = step(x, y, a, b, c, d)
            u, v = (new_y, new_x) if turned else (new_x, new_y)
            column = ((u - across) * scale + width / 2).astype(np.int32)
            row = ((v - down) * scale + height / 2).astype(np.int32)
            places.append(np.clip(row, 0, height - 1) * width + np.clip(column, 0, width - 1))
            lengths.append(np.abs(new_x - x) + np.abs(new_y - y))
            x, y = new_x, new_y
        index: NDArray[np.int32] = np.concatenate(places)
        density += np.bincount(index, minlength=size)
        leaps += np.bincount(index, np.concatenate(lengths), minlength=size)
    shape = (height, width)
    return _inked(density.reshape(shape), leaps.reshape(shape), palette, strength)


def _placing(
    x: Floats, y: Floats, width: int, height: int, *, turned: bool, border: float
) -> tuple[float, float, float]:
    """The centre of what the walkers cover, and how many pixels one unit is."""
    u, v = (y, x) if turned else (x, y)
    low_u, high_u = float(u.min()), float(u.max())
    low_v, high_v = float(v.min()), float(v.max())
    room = 1 - 2 * border
    scale = min(width * room / (high_u - low_u), height * room / (high_v - low_v))
    return (low_u + high_u) / 2, (low_v + high_v) / 2, scale


def _inked(density: NDArray[np.float64], leaps: NDArray[np.float64], palette: Palette, strength: float) -> Image.Image:
    soft = blurred(density.astype(np.float32), 2).clip(0) * 0.6 + density.astype(np.float32) * 0.4
    tone = np.log1p(soft * 0.5 * strength) / np.log1p(np.quantile(soft[soft > 0], 0.997) * 0.5 * strength)
    tone = np.clip(tone, 0, 1).astype(np.float32)
    leap = blurred((leaps / np.maximum(density, 1)).astype(np.float32), 3).clip(0)
    leap = np.clip(leap / np.quantile(leap, 0.98), 0, 1).astype(np.float32)
    height, width = tone.shape
    hue = palette.ramp(np.clip(leap * 0.9, 0, 1).astype(np.float32), paper=False)
    picture = mixed(flat(width, height, palette.paper), hue, tone**0.85)
    core = np.clip((tone - 0.62) / 0.38, 0, 1).astype(np.float32)
    return pixels(mixed(picture, palette.inks[0], core * 0.9))
