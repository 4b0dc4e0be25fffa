"""Waves: circles that meet, and lines that swell where they do."""

from __future__ import annotations

import numpy as np
from PIL import Image

from shop.catalogue.samples.canvas import (
    Noise,
    enlarged,
    flat,
    grid,
    levelled,
    line_mask,
    mixed,
    pixels,
    smoothstep,
)  # fmt: skip
from shop.catalogue.samples.palettes import Floats, Palette


def _sources(rng: np.random.Generator, width: int, height: int, count: int) -> list[tuple[float, float]]:
    long = max(width, height)
    return [
        (float(x * width / long), float(y * height / long))
        for x, y in rng.random((count, 2)) * 1.1 - 0.05
    ]  # fmt: skip


def ripples(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, sources: int = 3, length: float = 0.045, colours: int = 4,
) -> Image.Image:  # fmt: skip
    """Stones in still water: where the rings of all sources add up, in flat tones."""
    x, y = grid(width, height)
    total = np.zeros_like(x)
    for source_x, source_y in _sources(rng, width, height, sources):
        distance = np.hypot(x - source_x, y - source_y)
        total += np.sin(distance * (2 * np.pi / length)) / (0.55 + 1.4 * distance)
    total /= total.std() * 1.9
    picture = flat(width, height, palette.paper)
    edges = np.linspace(0.12, 1.05, colours)
    down, across = np.gradient(total)
    steepness = np.hypot(down, across) + 1e-5
    for edge, ink in zip(edges, palette.inks[:colours][::-1], strict=False):
        picture = mixed(picture, ink, np.clip((total - edge) / steepness + 0.5, 0, 1).astype(np.float32))
    low = np.clip((-total - 1.0) / steepness + 0.5, 0, 1).astype(np.float32)
    return pixels(mixed(picture, palette.accent, low))


def moire(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, spacing: float = 24.0, thickness: float = 10.0, shift: float = 0.1, sets: int = 2,
) -> Image.Image:  # fmt: skip
    """Rings over rings, their centres a little apart: the pattern is nowhere but in between."""
    x, y = grid(width, height)
    long = max(width, height)
    angle, picture = rng.random() * np.pi, flat(width, height, palette.paper)
    for number in range(sets):
        turn = angle + number * 2 * np.pi / sets
        centre_x = width / long / 2 + shift * np.cos(turn)
        centre_y = height / long / 2 + shift * np.sin(turn)
        radius = (np.hypot(x - centre_x, y - centre_y) * long).astype(np.float32)
        mask = line_mask(radius, thickness, spacing=spacing * (1 + 0.03 * number))
        ink = [palette.inks[0], palette.inks[1], palette.accent][number % 3]
        picture *= 1 - mask[..., None] * (1 - np.array(ink, np.float32) / 255)
    return pixels(picture)


def swell(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, lines: int = 64, height_of_waves: float = 0.07, zoom: float = 0.62,
) -> Image.Image:  # fmt: skip
    """Level lines that rise, fall and grow thick with what passes beneath them."""
    noise, depth = Noise(rng, 4.0), Noise(rng, 3.6)
    x, y = grid(width, height, step=4)
    lift: Floats = enlarged(noise.at(x * zoom, y * zoom * 0.6), width, height)
    body = levelled(enlarged(depth.at(x * zoom + 0.3, y * zoom + 0.7), width, height))
    _x, full_y = grid(width, height)
    row = ((full_y * max(width, height) / height) + height_of_waves * lift) * lines
    picture = flat(width, height, palette.paper)
    spacing = height / lines
    phase = np.abs(row - np.round(row)) * spacing
    half = spacing * (0.06 + 0.36 * smoothstep(0.15, 0.95, body))
    mask = np.clip(half + 0.5 - phase, 0, 1).astype(np.float32)
    tint = palette.ramp(np.clip(1 - body * 1.25, 0, 0.85).astype(np.float32), paper=False)
    picture = mixed(picture, tint, mask)
    band = (np.round(row) % 16 == 7).astype(np.float32) * mask
    return pixels(mixed(picture, palette.accent, band))
