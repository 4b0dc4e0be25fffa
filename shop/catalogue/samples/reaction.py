"""Coral: two substances that feed on one another (the Gray-Scott model)."""

from __future__ import annotations

import numpy as np
from PIL import Image

from shop.catalogue.samples.canvas import Noise, enlarged, flat, grid, line_mask, mixed, pixels
from shop.catalogue.samples.palettes import Floats, Palette

SPREAD_U, SPREAD_V = 0.2, 0.1


def _around(field: Floats) -> Floats:
    """The Laplacian; edges meet their opposite sides."""
    wide = np.pad(field, 1, mode="wrap")
    return wide[:-2, 1:-1] + wide[2:, 1:-1] + wide[1:-1, :-2] + wide[1:-1, 2:] - 4 * field


def _reacted(
    rng: np.random.Generator, rows: int, columns: int, feed: Floats, kill: Floats, steps: int, seeds: int
) -> Floats:
    u, v = np.ones((rows, columns), np.float32), np.zeros((rows, columns), np.float32)
    for row, column in zip(rng.integers(0, rows - 6, seeds), rng.integers(0, columns - 6, seeds), strict=True):
        v[row : row + 5, column : column + 5] = 0.5
        u[row : row + 5, column : column + 5] = 0.5
    u += rng.normal(0, 0.02, u.shape).astype(np.float32)
    loss = feed + kill
    for _ in range(steps):
        uvv = u * v * v
        u, v = u + SPREAD_U * _around(u) - uvv + feed * (1 - u), v + SPREAD_V * _around(v) + uvv - loss * v
    return v


def coral(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, feed: float = 0.0545, kill: float = 0.062, drift: float = 0.0, steps: int = 3200, cells: int = 190,
    seeds: int = 40, lined: bool = True,
) -> Image.Image:  # fmt: skip
    """``drift``: how far the feed differs over the print, so that one pattern passes into another."""
    factor = max(width, height) / cells
    rows, columns = round(height / factor), round(width / factor)
    x, y = grid(columns, rows)
    wave = Noise(rng, 4.0).at(x * 0.22, y * 0.22)
    feeds = (feed + drift * np.clip(wave, -1, 1)).astype(np.float32)
    v = _reacted(rng, rows, columns, feeds, np.full_like(feeds, kill), steps, seeds)
    field = enlarged(v / float(np.quantile(v, 0.98)), width, height)
    tint = enlarged(wave, width, height)
    ground = palette.ramp(np.clip(0.35 + 0.38 * tint, 0, 0.8).astype(np.float32), paper=False)
    down, across = np.gradient(field)
    mask = np.clip((field - 0.5) / (np.hypot(down, across) + 1e-4) + 0.5, 0, 1).astype(np.float32)
    picture = mixed(flat(width, height, palette.paper), ground, mask)
    if lined:
        picture = mixed(picture, palette.inks[0], line_mask(field, 1.5, spacing=9, offset=0.26) * 0.5)
        picture = mixed(picture, palette.paper, line_mask(field, 1.7, spacing=9, offset=0.78) * 0.75)
    return pixels(picture)
