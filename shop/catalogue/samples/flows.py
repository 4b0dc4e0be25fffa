"""Currents: strokes that follow a field and never touch one another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from shop.catalogue.samples.canvas import Canvas, Noise, Points, pick
from shop.catalogue.samples.palettes import Palette

COARSE = 3  # the map of what is taken is this many times smaller than the print


def _angles(noise: Noise, points: Points, size: int, *, zoom: float, turn: float, lean: float) -> NDArray[np.float32]:
    x, y = points[:, 0] / size * zoom, points[:, 1] / size * zoom
    return lean + turn * noise.at(x.astype(np.float32), y.astype(np.float32))


def _strokes(
    rng: np.random.Generator, width: int, height: int, *, count: int, steps: int, zoom: float, turn: float, lean: float
) -> Points:
    """``count`` paths of ``steps`` points through one field, all walked at once; shape (count, steps, 2)."""
    noise, size, stride = Noise(rng, 3.8), max(width, height), 6.0
    margin = 0.12 * size
    points = rng.random((count, 2)) * [width + 2 * margin, height + 2 * margin] - margin
    path = np.empty((count, steps, 2), np.float32)
    for step in range(steps):
        path[:, step] = points
        angle = _angles(noise, points, size, zoom=zoom, turn=turn, lean=lean)
        points = points + stride * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return path


class _Taken:
    """Where ink is already: a small picture that strokes are entered in, wider than they are drawn."""

    def __init__(self, width: int, height: int) -> None:
        self.offset = 0.2 * max(width, height)
        size = (round((width + 2 * self.offset) / COARSE), round((height + 2 * self.offset) / COARSE))
        self.image = Image.new("L", size)
        self.draw = ImageDraw.Draw(self.image)

    def free_until(self, path: Points) -> int:
        """How many points of the path lie on free ground before the first that does not."""
        taken = np.asarray(self.image)
        at = ((path + self.offset) / COARSE).astype(np.int32)
        inside = (at[:, 0] >= 0) & (at[:, 1] >= 0) & (at[:, 0] < taken.shape[1]) & (at[:, 1] < taken.shape[0])
        blocked = ~inside
        blocked[inside] = taken[at[inside, 1], at[inside, 0]] > 0
        return int(np.argmax(blocked)) if blocked.any() else len(path)

    def enter(self, path: Points, room: float) -> None:
        scaled = (path + self.offset) / COARSE
        self.draw.line(
            [(x, y) for x, y in scaled.tolist()], fill=255, width=max(1, round(room / COARSE)), joint="curve"
        )


def currents(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, zoom: float = 0.3, turn: float = 3.0, lean: float = 0.0, widths: Sequence[float] = (26, 14, 7),
    gap: float = 5, length: int = 150, count: int = 2600, quiet: float = 0.5,
) -> Image.Image:  # fmt: skip
    """Thick strokes first, thinner ones where room is left. ``quiet``: the share of strokes in calm colours."""
    canvas, taken = Canvas(width, height, palette.paper), _Taken(width, height)
    paths = _strokes(rng, width, height, count=count, steps=length, zoom=zoom, turn=turn, lean=lean)
    inks = palette.inks
    weights = [1.0 - quiet, 0.8, 0.5 + quiet, 0.4 + quiet, 0.35]
    for number, path in enumerate(paths):
        thickness = widths[min(len(widths) - 1, number * len(widths) // (count // 2))]
        free = taken.free_until(path)
        if free < 4 + thickness / 3:
            continue
        kept = path[: int(free - thickness / 12)]
        if len(kept) < 3:
            continue
        taken.enter(kept, 2 * thickness + 2 * gap if number == 0 else thickness + widths[-1] + 2 * gap)
        canvas.line(kept, pick(rng, inks, weights), thickness, round_ends=True)
    return canvas.finished()


def hairlines(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, zoom: float = 0.35, turn: float = 4.0, lean: float = 0.6, thickness: float = 1.6, gap: float = 4.5,
    length: int = 260, count: int = 3200,
) -> Image.Image:  # fmt: skip
    """Fine pen lines of one ink, a few in the accent."""
    canvas, taken = Canvas(width, height, palette.paper), _Taken(width, height)
    paths = _strokes(rng, width, height, count=count, steps=length, zoom=zoom, turn=turn, lean=lean)
    for path in paths:
        free = taken.free_until(path)
        if free < 14:
            continue
        kept = path[:free]
        taken.enter(kept, 2 * gap)
        canvas.line(kept, palette.accent if rng.random() < 0.06 else palette.inks[0], thickness)
    return canvas.finished()
