"""Glass: the plane shared out among points, each taking what is nearest to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from shop.catalogue.samples.canvas import Canvas, Noise, pick
from shop.catalogue.samples.palettes import Colour, Floats, Palette

Places = NDArray[np.float64]
NEIGHBOURS = 22


def _spread(rng: np.random.Generator, width: int, height: int, count: int, *, rounds: int) -> Places:
    """Points that keep their distance (Lloyd's relaxation on a coarse sample)."""
    size = np.array([width, height], float)
    points: Places = rng.random((count, 2)) * size * 1.24 - size * 0.12
    sample = rng.random((5000, 2)) * size * 1.3 - size * 0.15
    for _ in range(rounds):
        gaps = (sample[:, None, 0] - points[:, 0]) ** 2 + (sample[:, None, 1] - points[:, 1]) ** 2
        owner = gaps.argmin(axis=1)
        mine = np.maximum(np.bincount(owner, minlength=count), 1)
        mean = np.stack([np.bincount(owner, sample[:, axis], count) for axis in (0, 1)], axis=1) / mine[:, None]
        points = np.asarray(np.where((np.bincount(owner, minlength=count) > 0)[:, None], mean, points))
    return points


def _clipped(polygon: Places, normal: Places, limit: float) -> Places:
    """What of the polygon lies where ``normal · x <= limit``."""
    side = polygon @ normal - limit
    kept = []
    for here, there, a, b in zip(polygon, np.roll(polygon, -1, axis=0), side, np.roll(side, -1), strict=True):
        if a <= 0:
            kept.append(here)
        if a * b < 0:
            kept.append(here + (there - here) * (a / (a - b)))
    return np.array(kept)


def _cell(points: Places, index: int, inset: float, extent: float) -> Places:
    """The Voronoi cell of one point, moved in by ``inset`` on every side; empty when nothing is left."""
    centre = points[index]
    away = points - centre
    distance = np.hypot(away[:, 0], away[:, 1])
    polygon: Places = centre + extent * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    for other in np.argsort(distance)[1:NEIGHBOURS]:
        normal = away[other] / distance[other]
        polygon = _clipped(polygon, normal, float(normal @ centre + distance[other] / 2 - inset))
        if len(polygon) < 3:
            return np.empty((0, 2))
    return polygon


def _rounded(polygon: Places, rounds: int = 3) -> Places:
    """Chaikin's corner cutting."""
    for _ in range(rounds):
        after = np.roll(polygon, -1, axis=0)
        polygon = np.stack([0.75 * polygon + 0.25 * after, 0.25 * polygon + 0.75 * after], axis=1).reshape(-1, 2)
    return polygon


def window(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, count: int = 170, leading: float = 5.0, rounds: int = 2, sun: float = 0.0, scatter: float = 0.16,
) -> Image.Image:  # fmt: skip
    """Panes in dark leading, their colours passing slowly over the window. ``sun``: the radius of a round light."""
    canvas = Canvas(width, height, palette.inks[0])
    points = _spread(rng, width, height, count, rounds=rounds)
    noise, long = Noise(rng, 3.8), max(width, height)
    centre = np.array([width * rng.uniform(0.35, 0.65), height * rng.uniform(0.3, 0.45)])
    for index in range(count):
        pane = _cell(points, index, leading / 2, long * 0.4)
        if len(pane) < 3:
            continue
        x, y = points[index]
        lit = sun and np.hypot(*(points[index] - centre)) < sun * min(width, height)
        tone = 0.5 + 0.6 * float(noise.at(_one(x / long * 0.26), _one(y / long * 0.26))[0]) + rng.normal(0, scatter)
        canvas.polygon(pane, palette.accent if lit else _shade(palette, tone))
    return canvas.finished()


def _one(value: float) -> Floats:
    return np.array([value], np.float32)


def _shade(palette: Palette, tone: float) -> Colour:
    red, green, blue = (round(float(c)) for c in palette.ramp(_one(float(np.clip(0.2 + 0.8 * tone, 0.2, 1))))[0])
    return red, green, blue


def pebbles(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, count: int = 130, gap: float = 9.0, rings: int = 0, rounds: int = 3,
) -> Image.Image:  # fmt: skip
    """Stones side by side on paper; with ``rings``, each with its own growth rings."""
    canvas = Canvas(width, height, palette.paper)
    points = _spread(rng, width, height, count, rounds=rounds)
    long = max(width, height)
    for index in range(count):
        ink = pick(rng, palette.inks, [1.2, 1.6, 1.8, 1.6, 0.8])
        line = palette.paper if ink != palette.paper else palette.inks[0]
        for ring in range(rings + 1):
            stone = _cell(points, index, gap / 2 + ring * 9.0, long * 0.4)
            if len(stone) < 3:
                break
            shape = _rounded(stone)
            canvas.polygon(shape, ink if ring == 0 else None, line if ring else None, 1.6)
    return canvas.finished()
