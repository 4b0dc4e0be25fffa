"""Drift: noise that is bent by noise, twice."""

from __future__ import annotations

import numpy as np
from PIL import Image

from shop.catalogue.samples.canvas import (
    Noise,
    blurred,
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

STEP = 3


def _warped(rng: np.random.Generator, width: int, height: int, *, zoom: float, bend: float) -> tuple[Floats, Floats]:
    """The bent field and how far it was bent, at every third pixel."""
    first, second, third = Noise(rng, 3.4), Noise(rng, 3.3), Noise(rng, 3.1)
    x, y = grid(width, height, step=STEP)
    x *= zoom
    y *= zoom
    x += rng.random()
    y += rng.random()
    p, q = first.at(x, y), second.at(x + 0.37, y + 0.61)
    r, s = first.at(x + bend * p, y + bend * q), second.at(x + bend * q + 0.19, y - bend * p + 0.83)
    return third.at(x + bend * r, y + bend * s), np.hypot(r, s).astype(np.float32)


def marble(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, zoom: float = 0.42, bend: float = 0.2, veins: int = 13,
) -> Image.Image:  # fmt: skip
    """Flowing colour with fine veins along the bends."""
    field, bends = _warped(rng, width, height, zoom=zoom, bend=bend)
    tone = enlarged(levelled(field), width, height)
    depth = enlarged(levelled(bends), width, height)
    colours = palette.ramp(np.clip(tone * 0.86 + depth * 0.16 - 0.01, 0, 1))
    colours = mixed(colours, palette.accent, smoothstep(0.86, 1.0, depth) * 0.75)
    lines = line_mask(tone * veins + depth, 1.3)
    return pixels(mixed(colours, palette.paper, lines * 0.62))


def layers(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, zoom: float = 0.4, bend: float = 0.1, steps: int = 7, sun: float = 0,
) -> Image.Image:  # fmt: skip
    """Sheets of cut paper, each with its shadow on the one below."""
    field, _bends = _warped(rng, width, height, zoom=zoom, bend=bend)
    tone = enlarged(levelled(field), width, height)
    shades = palette.ramp(np.linspace(0, 1, steps + 1, dtype=np.float32))
    picture = flat(width, height, palette.paper)
    picture[:] = shades[-1]
    for step in range(steps - 1, -1, -1):
        edge = (step + 0.7) / (steps + 0.4)
        down, across = np.gradient(tone)
        sharp = np.clip((edge - tone) / (np.hypot(down, across) + 1e-5) + 0.5, 0, 1).astype(np.float32)
        shadow = blurred(np.pad(sharp, ((12, 0), (7, 0)), mode="edge")[:-12, :-7], 22)
        picture *= 1 - 0.34 * (shadow * (1 - sharp))[..., None]
        colour = np.array(palette.accent, np.float32) if sun and step == round(sun) else shades[step]
        picture = mixed(picture, colour, sharp)
    return pixels(picture)
