"""Forms: circles, halves and quarters, and what they do beside one another."""

from __future__ import annotations

import numpy as np
from PIL import Image

from shop.catalogue.samples.canvas import Canvas, pick
from shop.catalogue.samples.palettes import Colour, Palette


def blocks(
    rng: np.random.Generator, width: int, height: int, palette: Palette, *, columns: int = 4, plain: float = 0.12
) -> Image.Image:
    """A grid of quarter and half circles, as a weaver of the twenties might have set it."""
    canvas = Canvas(width, height, palette.paper)
    side = width / columns
    rows = round(height / side)
    tall = height / rows
    colours = [palette.paper, *palette.inks]
    before: Colour | None = None
    for row in range(rows):
        for column in range(columns):
            ground = pick(rng, [colour for colour in colours if colour != before], None)
            shape = pick(rng, [colour for colour in colours if colour != ground], None)
            before = ground
            _block(canvas, rng, column * side, row * tall, side, tall, ground, shape, plain)
    return canvas.finished()


def _block(
    canvas: Canvas, rng: np.random.Generator, x: float, y: float, side: float, tall: float, ground: Colour,
    shape: Colour, plain: float,
) -> None:  # fmt: skip
    canvas.box(x, y, x + side, y + tall, ground)
    kind, turn = rng.random(), int(rng.integers(4))
    corner_x, corner_y = x + side * (turn in (1, 2)), y + tall * (turn in (2, 3))
    if kind < plain:
        return
    if kind < 0.48:
        canvas.pie(corner_x, corner_y, side, turn * 90, turn * 90 + 90, shape)
        if kind < 0.28:
            canvas.pie(corner_x, corner_y, side * 0.5, turn * 90, turn * 90 + 90, ground)
    elif kind < 0.72:
        middle = [
            (x, y + tall / 2, -90),
            (x + side / 2, y, 0),
            (x + side, y + tall / 2, 90),
            (x + side / 2, y + tall, 180),
        ]
        centre_x, centre_y, start = middle[turn]
        canvas.pie(centre_x, centre_y, side / 2, start, start + 180, shape)
    elif kind < 0.88:
        canvas.disc(x + side / 2, y + tall / 2, side * 0.36, shape)
    else:
        for stripe in range(3):
            top = y + tall * (stripe * 2 + 0.5) / 6
            canvas.box(x, top, x + side, top + tall / 6, shape)


def arches(
    rng: np.random.Generator, width: int, height: int, palette: Palette, *, bands: int = 6, sun: bool = True,
    groups: int = 3,
) -> Image.Image:  # fmt: skip
    """Nested arches that stand before and behind one another, and a disc above."""
    canvas = Canvas(width, height, palette.paper)
    if sun:
        canvas.disc(width * rng.uniform(0.6, 0.74), height * 0.22, min(width, height) * 0.11, palette.accent)
    places = [(0.27, 0.56, 0.27), (0.74, 0.7, 0.24), (0.47, 0.83, 0.21)][:groups]
    for number, (across, top, size) in enumerate(places):
        order = [palette.inks[(band + number) % 4] for band in range(bands)]
        for band in range(bands):
            radius = width * size * (1 - band / bands)
            ink = order[band] if band % 2 == 0 or bands < 5 else palette.paper
            x, y = width * across, height * (top - 0.06)
            canvas.pie(x, y, radius, 180, 360, ink)
            canvas.box(x - radius, y - 1, x + radius, height * 0.94, ink)
    canvas.box(0, height * 0.94, width, height, palette.paper)
    return canvas.finished()


def packing(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, largest: float = 0.17, smallest: float = 0.006, tries: int = 9000, rings: float = 0.35, inside: bool = False,
) -> Image.Image:  # fmt: skip
    """Circles that fill what others left. ``inside``: all within one great circle."""
    canvas, short = Canvas(width, height, palette.paper), min(width, height)
    kept = np.empty((0, 3))
    places = rng.random((tries, 2)) * [width, height]
    if inside:
        places = places[np.hypot(places[:, 0] - width / 2, places[:, 1] - height / 2) < short * 0.44]
    for number, (x, y) in enumerate(places):
        limit = short * max(smallest, largest * (1 - number / len(places)) ** 2.4)
        edge = (
            short * 0.445 - np.hypot(x - width / 2, y - height / 2)
            if inside
            else min(x, y, width - x, height - y) + short * 0.004
        )
        room = min(limit, float(edge))
        if len(kept):
            room = min(room, float((np.hypot(kept[:, 0] - x, kept[:, 1] - y) - kept[:, 2]).min()) - short * 0.0035)
        if room < short * smallest:
            continue
        kept = np.vstack([kept, [x, y, room]])
        _circle(canvas, rng, x, y, room, palette, ringed=bool(rng.random() < rings), thin=short * 0.0022)
    return canvas.finished()


def _circle(
    canvas: Canvas, rng: np.random.Generator, x: float, y: float, radius: float, palette: Palette, *, ringed: bool,
    thin: float,
) -> None:  # fmt: skip
    ink = pick(rng, palette.inks, [1.3, 1.6, 1.6, 1.4, 0.7])
    if not ringed or radius < 12:
        canvas.disc(x, y, radius, ink)
        return
    for ring in np.arange(radius, 2, -max(5.0, radius / 9)):
        canvas.ring(x, y, float(ring), ink, thin)


def balance(
    rng: np.random.Generator, width: int, height: int, palette: Palette, *, stones: int = 5, line: bool = True
) -> Image.Image:
    """Smooth stones, one on the other, and a still horizon."""
    canvas = Canvas(width, height, palette.paper)
    canvas.disc(width * 0.5, height * 0.36, width * 0.33, palette.inks[3])
    if line:
        canvas.line(np.array([[0, height * 0.78], [width, height * 0.78]]), palette.inks[2], 2)
    bottom, middle = height * 0.84, width * 0.5
    for number in range(stones):
        half = width * (0.25 - 0.036 * number) * rng.uniform(0.86, 1.1)
        tall = height * (0.105 - 0.011 * number) * rng.uniform(0.85, 1.1)
        turn = np.linspace(0, 2 * np.pi, 160)
        power = rng.uniform(2.2, 2.7)
        shape = np.stack([np.cos(turn), np.sin(turn)], axis=1)
        shape = np.sign(shape) * np.abs(shape) ** (2 / power) * [half, tall / 2]
        lean = rng.normal(0, 0.04)
        shape = shape @ np.array([[np.cos(lean), np.sin(lean)], [-np.sin(lean), np.cos(lean)]])
        ink = palette.accent if number == stones - 2 else palette.inks[number % 3]
        canvas.polygon(shape + np.array([middle, bottom - tall / 2]), ink)
        bottom -= tall * 0.985
        middle += rng.normal(0, width * 0.014)
    return canvas.finished()
