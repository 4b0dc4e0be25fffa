"""Terrain: heights that were never measured."""

from __future__ import annotations

import numpy as np
from PIL import Image

from shop.catalogue.samples.canvas import (
    Canvas,
    Noise,
    enlarged,
    flat,
    grid,
    levelled,
    line_mask,
    mixed,
    pixels,
)  # fmt: skip
from shop.catalogue.samples.palettes import Colour, Floats, Palette


def contours(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, zoom: float = 0.55, lines: int = 30, tinted: bool = True, water: float = 0.16,
) -> Image.Image:  # fmt: skip
    """A map: contour lines, every fifth one strong, and tints by height."""
    x, y = grid(width, height, step=4)
    noise = Noise(rng, 3.7)
    heights = levelled(enlarged(noise.at(x * zoom, y * zoom), width, height))
    picture = flat(width, height, palette.paper)
    if tinted:
        steps = np.floor(heights * 6) / 6
        picture = mixed(picture, palette.ramp((1 - steps * 0.62).astype(np.float32)), np.full_like(heights, 0.62))
    down, across = np.gradient(heights)
    lake = np.clip((water - heights) / (np.hypot(down, across) + 1e-6) + 0.5, 0, 1).astype(np.float32)
    thin = line_mask(heights, 1.2, spacing=1 / lines)
    thick = line_mask(heights, 2.8, spacing=5 / lines)
    picture = mixed(picture, palette.inks[0], np.maximum(thin * 0.6, thick * 0.9) * (1 - lake))
    picture = mixed(picture, palette.inks[1], lake)
    shore = line_mask(heights, 1.2, spacing=1 / lines / 1.5) * lake
    return pixels(mixed(picture, palette.paper, shore * 0.55))


def ridgelines(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, lines: int = 70, rise: float = 0.16, zoom: float = 0.5, thickness: float = 2.0,
) -> Image.Image:  # fmt: skip
    """Profiles one behind the other, each hiding what is behind it."""
    canvas, noise = Canvas(width, height, palette.paper), Noise(rng, 2.9)
    across = np.linspace(-0.02, 1.02, 420, dtype=np.float32)
    hump = np.exp(-(((across - 0.5) / 0.26) ** 2)) ** 1.2
    for number in range(lines):
        depth = number / (lines - 1)
        base = height * (0.2 + 0.68 * depth)
        rough = noise.at(across * zoom, np.full_like(across, depth * zoom * 0.9 + 0.2))
        peak = hump * (0.25 + np.abs(rough) * 1.5) + 0.03 * noise.at(across * zoom * 4, np.full_like(across, depth))
        points = np.stack([across * 0.8 * width + 0.1 * width, base - peak * rise * height], axis=1)
        canvas.polygon(np.vstack([points, [points[-1, 0], base + 60], [points[0, 0], base + 60]]), palette.paper)
        ink = palette.accent if number % 12 == 5 else palette.inks[0]
        canvas.line(points, ink, thickness)
    return canvas.finished()


def mountains(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, ranges: int = 7, sun: float = 0.13, sun_x: float = 0.66, sun_y: float = 0.27, top: float = 0.3,
) -> Image.Image:  # fmt: skip
    """Range behind range in the haze, and a low sun."""
    canvas, noise = Canvas(width, height, palette.paper), Noise(rng, 2.7)
    if sun:
        canvas.disc(width * sun_x, height * sun_y, sun * min(width, height), palette.accent)
    x = np.linspace(0, 1, 500, dtype=np.float32)
    shades = palette.ramp(np.linspace(0.9, 0.0, ranges).astype(np.float32))
    for number, shade in enumerate(shades):
        near = number / (ranges - 1)
        base = height * (top + (0.93 - top) * near**0.9)
        wave = noise.at(x * (0.34 + 0.12 * near), np.full_like(x, 0.13 * number))
        points = np.stack([x * width, base - wave * height * (0.1 + 0.03 * near)], axis=1)
        ground = np.vstack([points, [width, height + 2], [0, height + 2]])
        canvas.polygon(ground, _colour(shade))
    return _hazed(canvas.finished(), palette)


def _colour(shade: Floats) -> Colour:
    red, green, blue = (round(float(channel)) for channel in shade)
    return red, green, blue


def _hazed(image: Image.Image, palette: Palette) -> Image.Image:
    """A breath of paper colour from the top down."""
    pixels_ = np.asarray(image, np.float32)
    fade = np.linspace(0.16, 0.0, image.height, dtype=np.float32)[:, None]
    return pixels(mixed(pixels_, palette.paper, np.broadcast_to(fade, pixels_.shape[:2]).astype(np.float32)))
